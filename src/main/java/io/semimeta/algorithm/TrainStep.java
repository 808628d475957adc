package io.semimeta.algorithm;

/** How a method turns one mini-batch into a gradient. */
@FunctionalInterface
public interface TrainStep {
  /**
   * Leaves the gradient of this rank's batch in the model's parameter vector, with the batch's
   * BatchNorm statistics in its tail. Neither reduces it over the ranks nor updates the parameters,
   * which are bit for bit what they were.
   */
  StepMetrics gradient(Batch batch, StepSettings settings);
}
