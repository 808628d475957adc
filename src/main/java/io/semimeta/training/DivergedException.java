package io.semimeta.training;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** The weights have become infinite or NaN. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  /** Names the step whose update left the weights without finite norm. */
  public DivergedException(long step) {
    super(
        "training diverged at step %d: the weights are not finite; use a lower learning rate"
            .formatted(step));
    this.step = step;
  }

  /** Refuses weights that are not finite. */
  public static void requireFinite(Tensor weights, long step) {
    try (PointerScope scope = new PointerScope()) {
      if (!Double.isFinite(weights.norm().item().toDouble())) {
        throw new DivergedException(step);
      }
    }
  }

  public long step() {
    return step;
  }
}
