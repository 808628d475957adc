package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.source.TestSources;
import io.semimeta.training.metrics.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data sets that are compared whole because somebody asks for it, also those of earlier versions.
 */
class VerifyIT {
  private static final Path SAMPLE = Path.of("data-prep", "fashion-mnist", "sample");

  /**
   * Made by commit 5c83828: {@code prepare --format image-folder --label-fraction 0.7}, and {@code
   * train} with the options of {@code aRunOfBeforeIsReadEvaluatedAndGoesOn} and {@code --stop-at
   * 200}.
   */
  private static final Path BEFORE = Path.of("src/test/resources/io/semimeta/before");

  @TempDir private Path folder;

  @BeforeAll
  static void setSpark() {
    LocalRun.setSpark();
  }

  @AfterAll
  static void clear() {
    LocalRun.clearSpark();
  }

  /** The sample is of before there were sidecars. */
  private Path older() throws IOException {
    assertFalse(Files.readString(SAMPLE.resolve("manifest.json")).contains("sidecar"));
    Path copy = folder.resolve("older");
    FileUtils.copyDirectory(SAMPLE.toFile(), copy.toFile());
    return copy;
  }

  private static Path first(Path data, String split, String end) throws IOException {
    try (Stream<Path> files = Files.list(data)) {
      return files
          .filter(file -> file.getFileName().toString().matches(split + "-.*\\." + end))
          .sorted()
          .findFirst()
          .orElseThrow();
    }
  }

  private static void flip(Path file, int at) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[at] ^= 1;
    Files.write(file, bytes);
  }

  private LocalRun.Outcome train(Path data, String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data", data.toString()));
    args.addAll(List.of("--output", folder.resolve("out").toString(), "--total-steps", "1"));
    args.addAll(List.of("--batch-size", "4", "--width", "0.05", "--num-label", "20"));
    return LocalRun.run(args, more);
  }

  private LocalRun.Outcome evaluate(Path data, String split) {
    return LocalRun.run(
        List.of("evaluate", "--checkpoint", folder.resolve("out").toString(), "--verify"),
        "--data",
        data.toString(),
        "--split",
        split,
        "--report",
        folder.resolve("report.json").toString(),
        "--predictions",
        folder.resolve("predictions.csv").toString());
  }

  private static void assertSucceeds(LocalRun.Outcome outcome) {
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
  }

  @Test
  void aDamagedRecordOfBeforeSidecarsIsFoundBeforeAnythingIsWritten() throws IOException {
    Path data = older();
    assertSucceeds(train(data, "--verify", "--num-valid", "20"));
    Path damaged = first(data, "train", "rec");
    flip(damaged, 8 + 24 + 60); // in the first record's image
    String words =
        damaged.getFileName()
            + " differs from what prepare wrote, by the SHA-256 in manifest.json; copy it again or"
            + " prepare the data set again";
    evaluate(data, "train").assertOneLine(2, words);
    assertFalse(Files.exists(folder.resolve("report.json")));
    assertFalse(Files.exists(folder.resolve("predictions.csv")));
    assertSucceeds(evaluate(data, "test")); // which reads no other split
    train(data, "--verify", "--output", folder.resolve("new").toString()).assertOneLine(2, words);
    assertFalse(Files.exists(folder.resolve("new")));
  }

  @Test
  void aRunMayGoOnWithIt() throws IOException {
    Path data = older();
    assertSucceeds(train(data, "--total-steps", "2", "--stop-at", "1"));
    assertSucceeds(train(data, "--total-steps", "2", "--resume", "--verify"));
    flip(first(data, "test", "rec"), 8 + 24 + 60);
    flip(first(data, "train", "rec"), 8 + 24 + 60);
    LocalRun.Outcome both = train(data, "--total-steps", "2", "--resume", "--verify");
    both.assertOneLine(2, " differ from what prepare wrote");
    assertTrue(both.err().contains(first(data, "test", "rec").getFileName().toString()));
    assertTrue(both.err().contains(first(data, "train", "rec").getFileName().toString()));
  }

  /** Their paths are read by nobody while a network is trained. */
  @Test
  void sidecarsAreComparedToo() throws IOException {
    Path in = folder.resolve("in");
    TestSources.idx(in, "train", 60, 12, 3);
    TestSources.idx(in, "t10k", 6, 12, 3);
    Path data = folder.resolve("data");
    assertSucceeds(
        LocalRun.run(
            List.of("prepare", "--format", "idx", "--input", in.toString()),
            "--output",
            data.toString()));
    SparkSession.builder().getOrCreate().stop();
    Path sidecar = first(data, "train", "meta");
    flip(sidecar, 5);
    train(data, "--verify", "--num-label", "9")
        .assertOneLine(2, sidecar.getFileName() + " differs from what prepare wrote");
    assertFalse(Files.exists(folder.resolve("out")));
  }

  @Test
  void aRunOfBeforeIsReadEvaluatedAndGoesOn() throws IOException {
    FileUtils.copyDirectory(BEFORE.resolve("data").toFile(), folder.resolve("data").toFile());
    FileUtils.copyDirectory(BEFORE.resolve("run").toFile(), folder.resolve("out").toFile());
    Path data = folder.resolve("data");

    assertSucceeds(evaluate(data, "test"));
    JsonNode report = json("report.json");
    assertEquals(200, report.get("step").asInt());
    assertEquals(8, report.get("examples").asInt());
    assertEquals(1.0 / 8, report.get("top1_error").asDouble(), "a bee that is an ant");
    List<String> predictions = Files.readAllLines(folder.resolve("predictions.csv"));
    assertTrue(predictions.get(1).endsWith(",test/ant/0.png"), predictions.get(1));
    double[] expected = {0.997165, 0.9968493, 0.9967992, 0.99689466};
    for (int i = 0; i < expected.length; i++) {
      String[] cells = predictions.get(1 + i).split(",", -1);
      assertEquals(expected[i], Double.parseDouble(cells[3]), 1e-5);
    }
    assertTable(data);

    assertSucceeds(
        LocalRun.run(
            List.of("train", "--resume", "--verify", "--data", data.toString(), "--output"),
            folder.resolve("out").toString(),
            "--width=0.05",
            "--batch-size=8",
            "--total-steps=240",
            "--crop-padding=1",
            "--lr=0.1",
            "--ramp=100",
            "--log-every=50",
            "--keep=1"));
    JsonNode result = json("out/result.json");
    assertEquals(240, result.get("step").asInt());
    assertTrue(result.get("last_error").asDouble() < 0.5, "weights anew would guess: " + result);
    assertEquals(
        List.of(50L, 100L, 150L, 200L, 240L), Reports.trainingSteps(folder.resolve("out")));
  }

  private static void assertTable(Path data) throws IOException {
    try (SparkSession spark = SparkSession.builder().getOrCreate()) {
      Dataset<Row> table = spark.read().format("recordio").load(data.toString());
      assertEquals(32, table.count());
      assertEquals(12, table.where("split = 'train' AND label IS NULL").count());
      Row bee = table.where("path = 'test/bee/3.png'").select("label_name", "bytes").first();
      assertEquals("bee", bee.getString(0));
      assertEquals('P', bee.<byte[]>getAs("bytes")[1]);
    }
  }

  private JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(file).toFile());
  }
}
