package io.semimeta.algorithm;

import java.util.OptionalDouble;

/**
 * Holds what one rank's step measured.
 *
 * @param loss the whole loss: supervised + weight x consistency
 * @param supervisedLoss cross-entropy, or the mixed images' Kullback-Leibler divergence
 * @param consistencyLoss mean squared distance of predictions to pseudo-labels; empty without that
 *     term
 * @param gradientNorm L2 norm of the loss's gradient on this rank, weight decay not included
 * @param confidence mean of the pseudo-labels' largest entries; empty without pseudo-labels
 * @param correction share of a pseudo-label's probability that the meta-gradient moved to other
 *     classes: half the sum of absolute changes, mean over the images; empty without correction
 */
public record StepMetrics(
    double loss,
    double supervisedLoss,
    OptionalDouble consistencyLoss,
    double gradientNorm,
    OptionalDouble confidence,
    OptionalDouble correction) {

  /** Returns the same with the correction's size. */
  StepMetrics withCorrection(double size) {
    return new StepMetrics(
        loss, supervisedLoss, consistencyLoss, gradientNorm, confidence, OptionalDouble.of(size));
  }
}
