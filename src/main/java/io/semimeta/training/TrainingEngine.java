package io.semimeta.training;

import io.semimeta.plan.TrainingPlan;

/** Where and how a plan is carried out. */
public interface TrainingEngine {
  /**
   * Trains, and returns when the last checkpoint is committed.
   *
   * @throws io.semimeta.UserError where the plan cannot be carried out as the user has set things
   *     up
   * @throws DivergedException where the weights are no longer finite
   */
  TrainingResult run(TrainingPlan plan);
}
