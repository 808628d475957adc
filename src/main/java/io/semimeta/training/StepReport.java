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
 */
public record StepReport(long step, Map<String, Double> values, List<RankTimes> ranks)
    implements Serializable {}
