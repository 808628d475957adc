package io.semimeta.comparison;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/** Folders as runs leave them, with the two small files alone. */
public final class LeftRuns {
  private final Path folder;

  /** In a folder of their own. */
  public LeftRuns(Path folder) {
    this.folder = folder;
  }

  /**
   * Makes a finished run of a thousand steps.
   *
   * @param test its error on the test split, or null where none was measured
   * @param validation its lowest validation error, or null likewise
   * @param more options beside the seed, by turns with their values
   */
  public Path run(String name, long seed, Double test, Double validation, String... more)
      throws IOException {
    Path run = Files.createDirectories(folder.resolve(name));
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("step", 1000).put("total_steps", 1000).put("best_step", 1000);
    json.put("evaluated_on", validation == null ? "none" : "validation");
    if (validation != null) {
      json.put("best_error", validation).put("examples", 500);
    }
    if (test != null) {
      json.put("test_error", test).put("test_examples", 2000);
    }
    json.put("training_seconds", 60 + seed);
    json.putObject("versions").put("semimeta", "1.0");
    Map<String, String> options = new TreeMap<>();
    options.put("--seed", Long.toString(seed));
    options.put("--method", "semimeta");
    options.put("--data (contents)", "d1");
    options.put("labelled images", "l" + seed);
    for (int i = 0; i < more.length; i += 2) {
      options.put(more[i], more[i + 1]);
    }
    ObjectNode all = json.putObject("options");
    options.forEach(all::put);
    Files.writeString(run.resolve("result.json"), json.toString());
    return run;
  }

  /** Adds figures by step. */
  public static void figures(Path run, double... errors) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < errors.length; i++) {
      lines.append("{\"step\":").append(10 * (i + 1));
      lines.append(",\"kind\":\"validation\",\"time\":\"2026-01-01T00:00:00Z\",\"top1_error\":");
      lines.append(errors[i]).append("}\n");
    }
    Files.writeString(run.resolve("metrics.jsonl"), lines);
  }
}
