package io.semimeta.distributed;

import io.semimeta.training.Validation;
import java.io.Serializable;
import java.util.List;
import java.util.OptionalLong;

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

  OptionalLong divergence() {
    return divergedAt < 0 ? OptionalLong.empty() : OptionalLong.of(divergedAt);
  }
}
