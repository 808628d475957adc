package io.semimeta.plan;

import java.io.Serializable;

/**
 * Says what a run does beside training. None of it changes the weights.
 *
 * @param output the URI of the output folder
 * @param stopAt the step after which the run ends, at most the schedule's length
 * @param checkpointEvery the steps from one checkpoint to the next
 * @param validateEvery the steps from one validation to the next
 * @param logEvery the steps from one report to the next
 * @param keep the number of newest checkpoints that stay; the best stays too
 */
public record RunPlan(
    String output, long stopAt, long checkpointEvery, long validateEvery, long logEvery, int keep)
    implements Serializable {

  /** Tells whether what happens every so many steps is due after {@code step} updates. */
  public boolean due(long step, long every) {
    return step % every == 0 || step == stopAt;
  }
}
