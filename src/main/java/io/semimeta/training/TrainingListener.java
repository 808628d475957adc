package io.semimeta.training;

import java.io.IOException;

/** Hears of a run's progress, on rank 0 or on the driver. Must not change it. */
public interface TrainingListener {
  /**
   * Something begins that takes a while before the next step.
   *
   * @param what for people, in a few words
   */
  default void onPhase(String what) {}

  /**
   * The first update of an attempt was made, long before figures are due.
   *
   * @param report with one rank's loss, and no times of the ranks
   */
  default void onFirstStep(StepReport report) {}

  /** An update was made. */
  default void onStep(long step) {}

  /** Figures are due. */
  default void onReport(StepReport report) {}

  /** Errors were measured. */
  default void onValidation(Validation validation) {}

  /**
   * A checkpoint of this step is about to be written. What a resumed run must find has to be on
   * disk now.
   */
  default void beforeCheckpoint(long step) throws IOException {}

  /**
   * The run begins again from its last checkpoint. Heard on the driver alone.
   *
   * @param restarts so far
   */
  default void onRestart(int restarts) {}

  /** The run ends here: an update left weights that are not finite. */
  default void onDivergence() {}
}
