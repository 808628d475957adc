package io.semimeta.training;

import java.io.Serializable;
import java.util.List;
import java.util.Map;

/**
 * Holds metrics of one step, as means over the ranks.
 *
 * @param step the number of updates made
 * @param values the metrics by name, in the order for people
 * @param ranks where each rank's time went since the metrics before, in rank order
 * @param known the number of the step's unlabelled images whose class is known, on which the
 *     pseudo-labels' error is measured
 */
public record RunMetrics(long step, Map<String, Double> values, List<RankTimes> ranks, long known)
    implements Serializable {

  /** Reports one rank's loss of an attempt's first step, before there is more to say. */
  public static RunMetrics first(long step, double loss) {
    return new RunMetrics(step, Map.of("loss", loss), List.of(), 0);
  }
}
