package io.semimeta.training;

import java.io.IOException;

/** Hears of a run's progress, on rank 0 or on the driver, and must not change it. */
public interface TrainingListener {
  /**
   * Hears that something begins which takes a while before the next step, and of {@link
   * Phase#STEPS} when the first step has ended.
   */
  default void onPhase(Phase phase) {}

  /**
   * Hears of the first update of an attempt, long before metrics are due.
   *
   * @param metrics metrics with one rank's loss, and no times of the ranks
   */
  default void onFirstStep(RunMetrics metrics) {}

  /** Hears that an update was made. */
  default void onStep(long step) {}

  /** Hears the metrics of a step. */
  default void onMetrics(RunMetrics metrics) {}

  /** Hears the errors that were measured. */
  default void onValidation(Validation validation) {}

  /**
   * Hears that a checkpoint of this step is about to be written. What a resumed run must find has
   * to be on disk when this returns.
   */
  default void beforeCheckpoint(long step) throws IOException {}

  /**
   * Hears, on the driver alone, that the run begins again from its last checkpoint.
   *
   * @param restarts the number of restarts so far
   */
  default void onRestart(int restarts) {}

  /** Hears that the run ends, because an update left weights that are not finite. */
  default void onDivergence() {}
}
