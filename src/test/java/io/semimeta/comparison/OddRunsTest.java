package io.semimeta.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.prepare.RunSubjects;
import io.semimeta.report.TestPages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Values that are JSON, but not a run's: report and compare take them, or name file and field. */
class OddRunsTest {
  private static final JsonMapper JSON = new JsonMapper();
  private static final List<String> ODD =
      List.of(
          "null",
          "\"\"",
          "\" \"",
          "\":\"",
          "\"a:b c\"",
          "\"\\u0000\"",
          "\"<b>\"",
          "0",
          "-1",
          "0.5",
          "1e308",
          "-1e308",
          "1e999",
          "9223372036854775807",
          "123456789012345678901",
          "true",
          "[]",
          "[1]",
          "{}",
          "{\"a\":null}",
          "{\"a\":[1]}",
          "{\"\":\"\"}");

  @TempDir private Path folder;
  private final List<String> faults = new ArrayList<>();

  private void tries(String what, String file, Callable<String> reading) {
    try {
      assertTrue(!reading.call().isEmpty());
    } catch (UserError e) {
      if (!e.getMessage().contains(file) || e.getMessage().contains("\n")) {
        faults.add(what + ": " + e.getMessage());
      }
    } catch (Exception e) {
      faults.add(what + ": " + e + " at " + e.getStackTrace()[0]);
    }
  }

  private Path run(int seed) throws Exception {
    Path run = Files.createDirectories(folder.resolve("seed-" + seed));
    Files.writeString(run.resolve("result.json"), result(seed).toString());
    Files.writeString(run.resolve("metrics.jsonl"), row().toString() + "\n");
    return run;
  }

  private static ObjectNode result(int seed) throws IOException {
    ObjectNode result = (ObjectNode) JSON.readTree(RunSubjects.RESULT);
    ((ObjectNode) result.path("options")).put("--seed", "" + seed);
    return result;
  }

  private static ObjectNode row() {
    return JSON.createObjectNode()
        .put("step", 20)
        .put("kind", "train")
        .put("time", "2026-01-01T00:00:00Z")
        .put("loss", 1.25)
        .put("learning_rate", 0.1)
        .put("consistency_weight", 0.1)
        .put("label_error", 0.25);
  }

  private void tryAll(ObjectNode whole, String file) throws Exception {
    Path odd = run(0);
    run(1);
    org.apache.hadoop.fs.Path run = new org.apache.hadoop.fs.Path(odd.toUri());
    for (String field : (Iterable<String>) whole::fieldNames) {
      for (String value : ODD) {
        JsonNode other = JSON.readTree(value);
        Files.writeString(odd.resolve(file), whole.deepCopy().set(field, other).toString() + "\n");
        String what = field + " = " + value;
        tries("report, " + what, file, () -> TestPages.of(run, new Configuration()));
        tries("compare, " + what, file, () -> RunSubjects.comparison(folder));
      }
    }
    assertEquals("", String.join("\n", faults));
  }

  @Test
  void ofResults() throws Exception {
    tryAll(result(0), "result.json");
  }

  @Test
  void ofMetrics() throws Exception {
    tryAll(row(), "metrics.jsonl");
  }
}
