package io.semimeta.training.metrics;

import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * Holds the metrics of one step.
 *
 * @param step the number of updates that the weights had had
 * @param kind {@link #TRAIN} or {@link #VALIDATION}
 * @param time the time when the metrics were taken; files hold milliseconds
 * @param values the metrics by name, in the order for people; they may be infinite or NaN
 */
public record MetricsRow(long step, String kind, Instant time, Map<String, Double> values) {
  public static final String TRAIN = "train";
  public static final String VALIDATION = "validation";

  /** These fields of a line are not values. */
  static final Set<String> FIELDS = Set.of("step", "kind", "time");

  public MetricsRow {
    for (String name : values.keySet()) {
      if (FIELDS.contains(name)) {
        throw new IllegalArgumentException("a value cannot be called " + name);
      }
    }
  }
}
