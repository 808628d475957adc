package io.semimeta.distributed;

import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.Validation;
import java.io.Serializable;
import java.util.List;

/**
 * Holds what a rank's task returns.
 *
 * @param step the number of updates made
 * @param bestStep the step of the best checkpoint
 * @param seconds the seconds in the training loop, those before a resume included
 * @param validations the whole run's validations
 * @param divergedAt the step whose update left no finite weights, or -1
 */
record RankOutcome(
    long step, long bestStep, double seconds, List<Validation> validations, long divergedAt)
    implements Serializable {

  static RankOutcome diverged(long step) {
    return new RankOutcome(0, 0, 0, List.of(), step);
  }

  /**
   * Returns what the attempt came to.
   *
   * @throws DivergedException where the weights are not finite
   */
  TrainingResult result() {
    if (divergedAt >= 0) {
      throw new DivergedException(divergedAt);
    }
    return new TrainingResult(step, validations, bestStep, seconds, 0);
  }
}
