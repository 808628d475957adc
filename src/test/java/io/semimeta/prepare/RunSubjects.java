package io.semimeta.prepare;

import io.semimeta.comparison.ComparedRun;
import io.semimeta.comparison.ComparisonJson;
import io.semimeta.comparison.ComparisonPage;
import io.semimeta.comparison.RunComparison;
import io.semimeta.comparison.RunFolders;
import io.semimeta.report.TestPages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;

/** What {@code report} and {@code compare} read of a run, up to their pages. */
public final class RunSubjects extends SubjectFolder {
  private static final Configuration CONF = new Configuration();

  /** A whole {@code result.json}. */
  public static final String RESULT =
      """
      {
        "step": 2000, "total_steps": 2000, "best_step": 1500, "evaluated_on": "test",
        "examples": 10000, "last_error": 0.3046, "mean_last_20_error": 0.3301,
        "best_error": 0.29, "training_seconds": 136.19,
        "started": "2026-11-29T23:46:00.428372672Z", "finished": "2026-11-29T23:48:17Z",
        "data": "file:/data/fashion", "command": "bin/semimeta train --seed 0",
        "versions": {"semimeta": "0.1.0", "java": "17.0.15"},
        "environment": {"master": "local[2]", "device": "cpu", "processors": 2},
        "options": {"--architecture": "convlarge", "--batch-size": "32", "--lr": "0.1",
          "--data (contents)": "dc09b73843cec03c", "--seed": "0", "--num-label": "40",
          "labelled images": "009edac4f13e55c4", "length in": "steps"},
        "test_examples": 10000, "test_error": 0.3046
      }
      """;

  private RunSubjects(Path root) {
    super(root);
  }

  static List<Subject> in(Path folder) throws IOException {
    RunSubjects subjects = new RunSubjects(folder.resolve("runs"));
    for (String damaged : List.of("result.json", "metrics.jsonl")) {
      Path group = subjects.group(damaged);
      Path first = group.resolve("seed-0");
      subjects.add(first.resolve(damaged), 0, () -> TestPages.of(hadoop(first), CONF));
      subjects.add(first.resolve(damaged), 0, () -> comparison(group));
    }
    return subjects.all;
  }

  /** Two runs side by side, of which the first is damaged. */
  private Path group(String name) throws IOException {
    Path group = root.resolve("of-" + name);
    for (int seed = 0; seed < 2; seed++) {
      Path run = Files.createDirectories(group.resolve("seed-" + seed));
      Files.writeString(run.resolve("result.json"), RESULT.replace("\"0\"", "\"" + seed + "\""));
      StringBuilder rows = new StringBuilder();
      for (int i = 1; i < 9; i++) {
        rows.append("{\"step\":").append(i * 20);
        rows.append(i % 4 == 0 ? ",\"kind\":\"validation\"" : ",\"kind\":\"train\"");
        rows.append(",\"time\":\"2026-01-01T00:00:00Z\",\"loss\":1.25,\"error\":0.5,");
        rows.append("\"label_error\":0.25,\"consistency_weight\":0.5,\"learning_rate\":0.1}\n");
      }
      Files.writeString(run.resolve("metrics.jsonl"), rows);
    }
    return group;
  }

  /** Compares the runs in a folder: the page, then the JSON. */
  public static String comparison(Path group) throws IOException {
    List<String> remarks = new ArrayList<>();
    List<ComparedRun> runs = RunFolders.read(List.of(hadoop(group)), CONF, remarks);
    RunComparison comparison = RunComparison.of(runs, remarks);
    return new String(ComparisonPage.of(comparison), StandardCharsets.UTF_8)
        + new String(ComparisonJson.of(comparison), StandardCharsets.UTF_8);
  }
}
