package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.FoundCheckpoints;
import io.semimeta.files.LeasedPlace;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.hadoop.fs.Path;

/** Refuses an output in which a run cannot begin or go on. */
public final class RunOutput {
  private RunOutput() {}

  /** Returns the output's place, with that of its lease. */
  public static LeasedPlace place(Path output) {
    return LeasedPlace.ofFolder("--output", output);
  }

  /**
   * Requires that a new run's output has no checkpoints, sound or not, and that a resumed run's has
   * one; a run that may begin there must not begin over damaged ones.
   *
   * @throws UserError where the output is otherwise
   */
  static void require(RunRequest run, Path output, CheckpointStore store) throws IOException {
    FoundCheckpoints found = store.look();
    if (!found.sound().isEmpty()) {
      if (run.resume() == RunRequest.Resume.NO) {
        throw new UserError(
            "--output %s already holds a run; add --resume to go on with it, or choose another folder"
                .formatted(output));
      }
    } else if (!found.isBeginning()) {
      throw store.noneSound(found.faults());
    } else if (run.resume() == RunRequest.Resume.YES || !found.isEmpty()) {
      requireBeginning(run, output, found);
    }
  }

  /** Refuses an output without a finished checkpoint unless {@code --resume auto} begins there. */
  private static void requireBeginning(RunRequest run, Path output, FoundCheckpoints found) {
    switch (run.resume()) {
      case NO ->
          throw new UserError(
              "--output %s already holds a run without a finished checkpoint (%s); add --resume auto to begin it again, or choose another folder"
                  .formatted(output, found.faults()));
      case YES ->
          throw new UserError(
              found.isEmpty()
                  ? "--resume: there is no checkpoint in %s; leave --resume out to begin there"
                      .formatted(output)
                  : "--resume: no checkpoint in %s is finished (%s); --resume auto begins there again"
                      .formatted(output, found.faults()));
      case AUTO -> {}
    }
  }

  /**
   * Requires that a restart goes on with a checkpoint of the run's own: one with the same options,
   * hence of the same weights.
   *
   * @throws UserError where the output's last checkpoint is another run's
   */
  static void requireOwn(TrainingState state, TrainingPlan plan) {
    List<String> differences = state.differences(plan.options(), Set.of());
    if (!differences.isEmpty()) {
      throw new UserError(
          ("--output %s: its checkpoint of step %s is another run's, with other options: %s;"
                  + " choose another folder")
              .formatted(plan.run().output(), state.step(), String.join(", ", differences)));
    }
  }

  /**
   * Requires that a run goes on with the options that it began with, to an end not yet passed.
   *
   * @param except the options that are not compared
   * @throws UserError where the options differ or the end is passed
   */
  static void requireGoesOn(
      TrainingState state, Map<String, String> options, Set<String> except, long stopAt) {
    state.requireSameOptions(options, except);
    if (state.step() > stopAt) {
      throw new UserError(
          "--resume: the run is at step %s already, after the asked end at step %s"
              .formatted(state.step(), stopAt));
    }
  }
}
