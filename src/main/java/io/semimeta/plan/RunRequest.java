package io.semimeta.plan;

import io.semimeta.UserError;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What a run does beside training, as the user asks for it.
 *
 * @param output folder's URI
 * @param resume whether to begin, or to go on from the output's last checkpoint
 * @param stopAt step to end at, or empty for the schedule's length
 * @param checkpointEvery steps; by default a hundredth of the run
 * @param validateEvery steps; by default as often as checkpoints
 * @param logEvery steps
 * @param keep newest checkpoints that stay
 */
public record RunRequest(
    String output,
    Resume resume,
    OptionalLong stopAt,
    OptionalLong checkpointEvery,
    OptionalLong validateEvery,
    long logEvery,
    int keep) {
  /** What a run does about the checkpoints in its output. */
  public enum Resume {
    /** It begins; there must be none. */
    NO,
    /** It goes on from the last; there must be one. */
    YES,
    /** It goes on from the last, or begins where there is none. */
    AUTO
  }

  private static final long CHECKPOINTS_OF_A_RUN = 100;
  private static final long SHORTEST_INTERVAL = 100;

  /** A new run to its end, which keeps three checkpoints and reports every 50 steps. */
  public static RunRequest to(String output) {
    OptionalLong none = OptionalLong.empty();
    return new RunRequest(output, Resume.NO, none, none, none, 50, 3);
  }

  /** The same run, which begins or goes on. */
  public RunRequest withResume(Resume resume) {
    return new RunRequest(output, resume, stopAt, checkpointEvery, validateEvery, logEvery, keep);
  }

  /** The same run, which ends after a step. */
  public RunRequest withStopAt(long step) {
    return new RunRequest(
        output, resume, OptionalLong.of(step), checkpointEvery, validateEvery, logEvery, keep);
  }

  /** The same run with a checkpoint every so many steps. */
  public RunRequest withCheckpointEvery(long steps) {
    return new RunRequest(
        output, resume, stopAt, OptionalLong.of(steps), validateEvery, logEvery, keep);
  }

  /** The same run with a validation every so many steps. */
  public RunRequest withValidateEvery(long steps) {
    return new RunRequest(
        output, resume, stopAt, checkpointEvery, OptionalLong.of(steps), logEvery, keep);
  }

  /** The same run with a report every so many steps. */
  public RunRequest withLogEvery(long steps) {
    return new RunRequest(output, resume, stopAt, checkpointEvery, validateEvery, steps, keep);
  }

  /** The same run, which keeps so many checkpoints. */
  public RunRequest withKeep(int checkpoints) {
    return new RunRequest(
        output, resume, stopAt, checkpointEvery, validateEvery, logEvery, checkpoints);
  }

  /**
   * The plan for a run of so many steps.
   *
   * @throws UserError where it is to stop after its end
   */
  public RunPlan resolve(String qualifiedOutput, long totalSteps) {
    long end = stopAt.orElse(totalSteps);
    if (end > totalSteps) {
      throw new UserError(
          String.format(
              Locale.ROOT, "--stop-at %d is after the schedule's end, step %d", end, totalSteps));
    }
    long interval =
        checkpointEvery.orElse(Math.max(totalSteps / CHECKPOINTS_OF_A_RUN, SHORTEST_INTERVAL));
    return new RunPlan(
        qualifiedOutput, end, interval, validateEvery.orElse(interval), logEvery, keep);
  }
}
