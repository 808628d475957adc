package io.semimeta.algorithm;

/** Turns one mini-batch into a gradient, as one method does. */
@FunctionalInterface
public interface TrainStep {
  /**
   * Leaves the gradient of this rank's batch in the model's parameter vector, with the batch's
   * BatchNorm statistics in its tail. It neither reduces the gradient over the ranks nor updates
   * the parameters, which stay bit for bit what they were.
   *
   * @param clock hears which part of the step begins
   */
  StepMetrics gradient(Batch batch, StepSettings settings, StepClock clock);
}
