package io.semimeta.plan;

import java.io.Serializable;

/**
 * Describes stochastic gradient descent beside its learning rate.
 *
 * @param momentum at least 0
 * @param weightDecay at least 0, on all parameters
 */
public record SgdOptions(double momentum, double weightDecay) implements Serializable {
  /** Returns the paper's: momentum 0.9, weight decay 1e-4. */
  public static SgdOptions defaults() {
    return new SgdOptions(0.9, 1e-4);
  }
}
