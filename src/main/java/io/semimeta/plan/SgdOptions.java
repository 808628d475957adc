package io.semimeta.plan;

/**
 * Stochastic gradient descent beside its learning rate.
 *
 * @param momentum at least 0
 * @param weightDecay at least 0, on all parameters
 */
public record SgdOptions(double momentum, double weightDecay) {
  /** The paper's. */
  public static SgdOptions defaults() {
    return new SgdOptions(0.9, 1e-4);
  }
}
