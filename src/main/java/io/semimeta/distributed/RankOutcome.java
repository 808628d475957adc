package io.semimeta.distributed;

import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.Validation;
import java.io.Serializable;
import java.util.List;

/**
 * What a rank's task returns.
 *
 * @param step updates made
 * @param bestStep of the best checkpoint
 * @param seconds in the training loop, those before a resume included
 * @param validations of the whole run
 * @param divergedAt the step whose update left no finite weights, or -1
 */
record RankOutcome(
    long step, long bestStep, double seconds, List<Validation> validations, long divergedAt)
    implements Serializable {

  static RankOutcome diverged(long step) {
    return new RankOutcome(0, 0, 0, List.of(), step);
  }

  /**
   * What the attempt came to.
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
