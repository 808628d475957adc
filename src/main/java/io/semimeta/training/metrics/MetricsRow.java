package io.semimeta.training.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
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
  private static final Set<String> FIELDS = Set.of("step", "kind", "time");

  private static final JsonMapper JSON = new JsonMapper();

  public MetricsRow {
    for (String name : values.keySet()) {
      if (FIELDS.contains(name)) {
        throw new IllegalArgumentException("a value cannot be called " + name);
      }
    }
  }

  /** Returns the row's line in {@code metrics.jsonl}. */
  String toJson() {
    ObjectNode json = JSON.createObjectNode();
    json.put("step", step);
    json.put("kind", kind);
    json.put("time", time.truncatedTo(ChronoUnit.MILLIS).toString());
    values.forEach((name, value) -> json.put(name, Double.isFinite(value) ? value : null));
    return json.toString();
  }

  /** Reads such a line. */
  static MetricsRow fromJson(String line) throws JsonProcessingException {
    JsonNode json = JSON.readTree(line);
    Map<String, Double> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> field : json.properties()) {
      JsonNode value = field.getValue();
      if (FIELDS.contains(field.getKey())) {
        continue;
      }
      if (!value.isNumber() && !value.isNull()) {
        throw new IllegalArgumentException(field.getKey());
      }
      values.put(field.getKey(), value.isNull() ? Double.NaN : value.doubleValue());
    }
    if (!json.path("step").isIntegralNumber() || !json.path("kind").isTextual()) {
      throw new IllegalArgumentException("step, kind");
    }
    return new MetricsRow(
        json.get("step").longValue(),
        json.get("kind").textValue(),
        Instant.parse(json.path("time").asText()),
        values);
  }
}
