package io.semimeta.plan;

import io.semimeta.UserError;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.OptionalLong;

/**
 * Says what a run does beside training, as the user asks for it.
 *
 * @param output the URI of the output folder
 * @param resume whether to begin, or to go on from the output's last checkpoint
 * @param stopAt the step to end at, or empty for the schedule's length
 * @param checkpointEvery the steps between checkpoints; by default a hundredth of the run
 * @param validateEvery the steps between validations; by default as for checkpoints
 * @param logEvery the steps from one report to the next
 * @param keep the number of newest checkpoints that stay
 */
@RecordBuilder
public record RunRequest(
    String output,
    Resume resume,
    OptionalLong stopAt,
    OptionalLong checkpointEvery,
    OptionalLong validateEvery,
    long logEvery,
    int keep)
    implements RunRequestBuilder.With {
  /** Says what a run does about the checkpoints in its output. */
  public enum Resume {
    /** The run begins; there must be none. */
    NO,
    /** The run goes on from the last; there must be one. */
    YES,
    /** The run goes on from the last, or begins where there is none. */
    AUTO
  }

  private static final long CHECKPOINTS_OF_A_RUN = 100;
  private static final long SHORTEST_INTERVAL = 100;

  /** Asks for a new run to its end, which keeps three checkpoints and reports every 50 steps. */
  public static RunRequest to(String output) {
    OptionalLong none = OptionalLong.empty();
    return new RunRequest(output, Resume.NO, none, none, none, 50, 3);
  }

  /**
   * Returns the plan for a run of the given number of steps.
   *
   * @throws UserError where the run is to stop after its end
   */
  public RunPlan resolve(String qualifiedOutput, long totalSteps) {
    long end = stopAt.orElse(totalSteps);
    if (end > totalSteps) {
      throw new UserError(
          "--stop-at %s is after the schedule's end, step %s".formatted(end, totalSteps));
    }
    long interval =
        checkpointEvery.orElse(Math.max(totalSteps / CHECKPOINTS_OF_A_RUN, SHORTEST_INTERVAL));
    return new RunPlan(
        qualifiedOutput, end, interval, validateEvery.orElse(interval), logEvery, keep);
  }
}
