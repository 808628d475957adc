package io.semimeta.plan;

import java.io.Serializable;

/**
 * What a run does beside training. None of it changes the weights.
 *
 * @param output folder's URI
 * @param stopAt the run ends after this step, at most the schedule's length
 * @param checkpointEvery steps
 * @param validateEvery steps
 * @param logEvery steps
 * @param keep newest checkpoints that stay; the best stays too
 */
public record RunPlan(
    String output, long stopAt, long checkpointEvery, long validateEvery, long logEvery, int keep)
    implements Serializable {

  /** Whether something that happens every so many steps is due after {@code step} updates. */
  public boolean due(long step, long every) {
    return step % every == 0 || step == stopAt;
  }
}
