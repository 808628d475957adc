package io.semimeta.evaluation;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.List;

/**
 * Holds the figures of some networks on the same images.
 *
 * @param evaluations the figures of each
 * @param comparisons each network compared with each that follows it; empty for one network
 */
public record EvaluationReport(List<Evaluation> evaluations, List<Comparison> comparisons) {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .addModule(
              new SimpleModule()
                  .addSerializer(double.class, new FiniteOrNull())
                  .addSerializer(Double.class, new FiniteOrNull()))
          .build();

  private static final class FiniteOrNull extends JsonSerializer<Double> {
    @Override
    public void serialize(Double value, JsonGenerator json, SerializerProvider unused)
        throws IOException {
      if (Double.isFinite(value)) {
        json.writeNumber(value);
      } else {
        json.writeNull();
      }
    }
  }

  /**
   * Returns the report as JSON, its keys in snake case: one network's figures stand alone. What is
   * not finite is null.
   */
  public String toJson() {
    try {
      return JSON.writeValueAsString(evaluations.size() == 1 ? evaluations.get(0) : this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // plain values in memory cannot fail
    }
  }
}
