package io.semimeta.training;

/** Hears of a run's progress on rank 0. Must not change it. */
public interface TrainingListener {
  /** An update was made. */
  default void onStep(long step) {}

  /** Figures are due. */
  default void onReport(StepReport report) {}

  /** Errors were measured. */
  default void onValidation(Validation validation) {}

  /** A checkpoint was committed. */
  default void onCheckpoint(long step) {}
}
