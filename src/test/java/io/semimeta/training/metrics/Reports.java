package io.semimeta.training.metrics;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a run has reported, for tests. */
public final class Reports {
  private Reports() {}

  /** The steps of the training rows in {@code metrics.jsonl}, in their order. */
  public static List<Long> trainingSteps(Path output) throws IOException {
    List<Long> steps = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      var row = new JsonMapper().readTree(line);
      if (row.get("kind").asText().equals("train")) {
        steps.add(row.get("step").asLong());
      }
    }
    return steps;
  }
}
