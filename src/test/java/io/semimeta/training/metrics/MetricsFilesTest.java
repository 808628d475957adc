package io.semimeta.training.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsFilesTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @TempDir java.nio.file.Path output;
  private final Configuration conf = new Configuration(false);
  private Instant now = START;
  private Path root;

  @BeforeEach
  void open() {
    root = new Path(output.toUri());
  }

  private MetricsFiles files() {
    return new MetricsFiles(root, conf, () -> now);
  }

  private static MetricsRow train(long step, double loss) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", loss);
    values.put("error", 0.25);
    return new MetricsRow(step, MetricsRow.TRAIN, START.plusSeconds(step), values);
  }

  @Test
  void oneJsonObjectALine() throws IOException {
    MetricsFiles files = files();
    files.add(train(1, 1.5));
    files.add(train(2, Double.NaN));
    files.add(train(3, Double.POSITIVE_INFINITY));
    files.flush();
    assertEquals(
        """
        {"step":1,"kind":"train","time":"2026-01-01T00:00:01Z","loss":1.5,"error":0.25}
        {"step":2,"kind":"train","time":"2026-01-01T00:00:02Z","loss":null,"error":0.25}
        {"step":3,"kind":"train","time":"2026-01-01T00:00:03Z","loss":null,"error":0.25}
        """,
        lines());
  }

  @Test
  void writesAtMostEveryHalfMinute() throws IOException {
    MetricsFiles files = files();
    files.add(train(1, 1));
    assertFalse(Files.exists(output.resolve("metrics.jsonl")));
    now = now.plusSeconds(30);
    files.add(train(2, 1));
    assertEquals(2, lines().lines().count());
    now = now.plusSeconds(29);
    files.add(train(3, 1));
    assertEquals(2, lines().lines().count());
    now = now.plusSeconds(1);
    files.add(train(4, 1));
    assertEquals(4, lines().lines().count());
  }

  @Test
  void resumedRunContinuesTheFilesWithoutASeam() throws IOException {
    MetricsFiles undisturbed = files();
    for (int step = 1; step <= 6; step++) {
      undisturbed.add(train(step, step));
    }
    undisturbed.flush();
    String lines = lines();
    byte[] events = events();

    // Died at step 6, of which the checkpoint has 4.
    MetricsFiles resumed = MetricsFiles.resume(root, conf, 4);
    assertEquals(undisturbed.rows().subList(0, 4), resumed.rows());
    resumed.add(train(5, 5));
    resumed.flush();
    assertEquals(5, lines().lines().count());
    resumed.add(train(6, 6));
    resumed.flush();
    assertEquals(lines, lines());
    assertArrayEquals(events, events());
  }

  @Test
  void resumesWhereThereAreNoFiles() throws IOException {
    assertEquals(List.of(), MetricsFiles.resume(root, conf, 4).rows());
  }

  @Test
  void aLineThatIsNoRowIsNamed() throws IOException {
    String sound = "{\"step\":1,\"kind\":\"train\",\"time\":\"2026-01-01T00:00:01Z\",\"loss\":1}\n";
    for (String wrong :
        List.of(
            "{\"step\":1,",
            "[1]",
            "{}",
            "",
            "null",
            "{\"step\":1.5,\"kind\":\"train\",\"time\":\"2026-01-01T00:00:01Z\"}",
            "{\"step\":1,\"kind\":\"train\",\"time\":\"yesterday\"}",
            "{\"step\":1,\"kind\":\"train\",\"time\":\"2026-01-01T00:00:01Z\",\"loss\":\"x\"}")) {
      Files.writeString(output.resolve("metrics.jsonl"), sound + wrong + "\n");
      UserError error =
          assertThrows(UserError.class, () -> MetricsFiles.resume(root, conf, 4), wrong);
      assertTrue(error.getMessage().contains("metrics.jsonl line 2: "), error.getMessage());
    }
  }

  @Test
  void aFullDiskDoesNotEndTheRun() throws IOException {
    Files.writeString(output.resolve("tensorboard"), "a file where a folder must be");
    MetricsFiles files = files();
    now = now.plusSeconds(60);
    files.add(train(1, 1));
    assertThrows(IOException.class, files::flush);
    assertEquals(1, files.rows().size());
  }

  @Test
  void namesOfFieldsAreNoValues() {
    Map<String, Double> values = Map.of("step", 1.0);
    assertThrows(IllegalArgumentException.class, () -> new MetricsRow(1, "train", START, values));
  }

  @Test
  void resultIsIndentedJson() throws IOException {
    ResultFile.write(root, conf, new JsonMapper().createObjectNode().put("last_error", 0.5));
    assertEquals("{\n  \"last_error\" : 0.5\n}\n", Files.readString(output.resolve("result.json")));
  }

  private String lines() throws IOException {
    return Files.readString(output.resolve("metrics.jsonl"));
  }

  private byte[] events() throws IOException {
    return Files.readAllBytes(output.resolve("tensorboard/events.out.tfevents.semimeta"));
  }
}
