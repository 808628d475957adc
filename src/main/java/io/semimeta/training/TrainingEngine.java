package io.semimeta.training;

import io.semimeta.plan.TrainingPlan;

/** Carries out a plan. */
public interface TrainingEngine {
  /**
   * Trains, and returns when the last checkpoint is committed.
   *
   * @throws io.semimeta.UserError where the user's settings do not allow the plan
   * @throws DivergedException where the weights are no longer finite
   */
  TrainingResult run(TrainingPlan plan);
}
