package io.semimeta.distributed;

import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingResult;
import java.io.Serializable;

/**
 * Holds what a rank's task returns.
 *
 * @param result what the attempt came to, or null where the weights are not finite
 * @param divergedAt the step whose update left no finite weights, or -1
 */
record RankOutcome(TrainingResult result, long divergedAt) implements Serializable {
  /**
   * Returns what the attempt came to.
   *
   * @throws DivergedException where the weights are not finite
   */
  @Override
  public TrainingResult result() {
    if (divergedAt >= 0) {
      throw new DivergedException(divergedAt);
    }
    return result;
  }
}
