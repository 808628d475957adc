package io.semimeta.training.metrics;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Figures of one step.
 *
 * @param step how many updates the weights had had
 * @param kind {@link #TRAIN} or {@link #VALIDATION}
 * @param time when they were taken; files hold milliseconds
 * @param values by name, in the order for people; may be infinite or NaN
 */
public record MetricsRow(long step, String kind, Instant time, Map<String, Double> values) {
  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";

  /** The fields of a line that are not values. */
  static final Set<String> FIELDS = Set.of("step", "kind", "time");

  public MetricsRow {
    for (String name : values.keySet()) {
      if (FIELDS.contains(name)) {
        throw new IllegalArgumentException("a value cannot be called " + name);
      }
    }
  }
}
