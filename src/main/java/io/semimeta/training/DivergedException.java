package io.semimeta.training;

import io.semimeta.Shown;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Reports that the weights have become infinite or NaN. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private static final Pattern IN_TEXT =
      Pattern.compile(
          Pattern.quote(DivergedException.class.getName()) + ": training diverged at step (\\d+)");

  private final long step;

  /** Names the step whose update left the weights without finite norm. */
  public DivergedException(long step) {
    super(
        Shown.format(
            "training diverged at step %d: the weights are not finite; use a lower learning rate",
            step));
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

  /**
   * Finds the divergence behind a failure, if there is one. Spark hands an executor's exception to
   * the driver only as text inside its own exception's message.
   */
  public static Optional<DivergedException> in(Throwable failure) {
    for (Throwable cause : ExceptionUtils.getThrowableList(failure)) {
      if (cause instanceof DivergedException diverged) {
        return Optional.of(diverged);
      }
      Matcher matcher = IN_TEXT.matcher(String.valueOf(cause.getMessage()));
      if (matcher.find()) {
        return Optional.of(new DivergedException(Long.parseLong(matcher.group(1))));
      }
    }
    return Optional.empty();
  }
}
