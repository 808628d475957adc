package io.semimeta.training;

/** The gradient has become infinite or NaN. */
public final class DivergedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long step;

  /** Names the first step whose gradient was not finite; the update was not made. */
  public DivergedException(long step) {
    super(
        "training diverged at step %d: the gradient is not finite; use a lower learning rate"
            .formatted(step));
    this.step = step;
  }

  public long step() {
    return step;
  }
}
