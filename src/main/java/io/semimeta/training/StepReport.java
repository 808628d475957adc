package io.semimeta.training;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Figures of one step, means over the ranks.
 *
 * @param step updates made
 * @param values by name, in the order for people
 * @param ranks where each rank's time went since the report before, in the order of ranks
 * @param known unlabelled images of the step whose class is known: the pseudo-labels' error is
 *     theirs
 */
public record StepReport(long step, Map<String, Double> values, List<RankTimes> ranks, long known)
    implements Serializable {

  /** One rank's loss of an attempt's first step, before there is more to say. */
  public static StepReport first(long step, double loss) {
    return new StepReport(step, Map.of("loss", loss), List.of(), 0);
  }
}
