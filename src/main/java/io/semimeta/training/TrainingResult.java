package io.semimeta.training;

import java.io.Serializable;
import java.util.List;

/**
 * Says how a run ended.
 *
 * @param step the number of updates made in all, those before a resume included
 * @param validations the validations of the whole run, in the order of steps
 * @param bestStep the step of the checkpoint with the lowest validation error, or the last
 * @param seconds the seconds spent in the training loop, those before a resume included
 * @param restarts the number of restarts after lost executors or failed ranks
 */
public record TrainingResult(
    long step, List<Validation> validations, long bestStep, double seconds, int restarts)
    implements Serializable {

  /** Returns what a checkpoint tells of a run. */
  public static TrainingResult of(TrainingState state, int restarts) {
    return new TrainingResult(
        state.step(), state.validations(), state.bestStep(), state.seconds(), restarts);
  }
}
