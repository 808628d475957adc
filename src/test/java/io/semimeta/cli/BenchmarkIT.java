package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the images that the jar brings, as the demonstration too unpacks them. */
class BenchmarkIT {
  private static final String SPEED = "[1-9]\\d* images/s with 1 thread, \\d+ a thread\n";

  @TempDir private static Path folder;

  @BeforeAll
  static void setSpark() {
    LocalRun.setSpark();
  }

  @AfterAll
  static void clearSpark() {
    LocalRun.clearSpark();
  }

  private static LocalRun.Outcome run(String output, String networks) {
    return LocalRun.run(
        List.of("benchmark", "engines", "--engines", "barrier", "--workers", "1", "--steps", "10"),
        "--batch-size",
        "2",
        "--networks",
        networks,
        "--output",
        output);
  }

  @Test
  void eachNetworkIsTimed() throws IOException {
    Path output = folder.resolve("two");
    LocalRun.Outcome outcome = run(output.toString(), "convlarge:0.05,convlarge:0.1");
    assertEquals(0, outcome.status(), outcome.err());
    JsonNode timings =
        new ObjectMapper().readTree(Files.readAllBytes(output.resolve("benchmark.json")));
    assertEquals(2, timings.size());
    for (JsonNode timing : timings) {
      assertEquals("barrier", timing.get("engine").asText());
      assertTrue(timing.get("step_seconds").asDouble() > 0, timing.toString());
    }
  }

  @Test
  void whatIsNoNetworkIsRefused() {
    run(folder.resolve("none").toString(), "convlarge:wide")
        .assertOneLine(SemiMeta.USAGE, "--networks convlarge:wide: must be NAME or NAME:WIDTH");
  }

  /** As it was before there were sub-commands. */
  @Test
  void withoutASubCommandTheEnginesAreTimed() {
    LocalRun.run(
            List.of("benchmark", "--engines", "barrier", "--workers", "1"),
            "--networks",
            "convlarge:wide")
        .assertOneLine(SemiMeta.USAGE, "--networks convlarge:wide: must be NAME or NAME:WIDTH");
  }

  @Test
  void aStepIsTimedWithoutSpark() throws IOException {
    LocalRun.Outcome outcome =
        LocalRun.run(
            List.of("benchmark", "step", "--width", "0.05", "--image-size", "12", "--steps", "2"),
            "--batch-size",
            "2",
            "--mix-up");
    assertEquals(0, outcome.status(), outcome.err());
    JsonNode figures = new ObjectMapper().readTree(outcome.out());
    assertTrue(figures.get("seconds_median").asDouble() > 0, outcome.out());
    LocalRun.run(List.of("benchmark", "step", "--steps", "0"))
        .assertOneLine(SemiMeta.USAGE, "--steps 0");
  }

  @Test
  void theLoaderIsTimed() {
    List<String> line =
        List.of(
            "benchmark", "loader", "--data", "data-prep/fashion-mnist/sample", "--images", "500");
    for (String size : new String[] {"", "12"}) {
      LocalRun.Outcome outcome =
          size.isEmpty() ? LocalRun.run(line) : LocalRun.run(line, "--image-size", size);
      assertEquals(0, outcome.status(), outcome.err());
      assertTrue(outcome.out().matches("(?s).*" + SPEED), outcome.out()); // it has no checksums
    }
    LocalRun.run(line, "--threads", "0").assertOneLine(SemiMeta.USAGE, "--threads 0");
  }

  @Test
  void prepareIsTimedAndLeavesNothing() throws IOException {
    Path in = folder.resolve("timed");
    TestSources.idx(in, "train", 60, 12, 3);
    TestSources.idx(in, "t10k", 10, 12, 3);
    Path output = folder.resolve("removed");
    List<String> line =
        List.of("benchmark", "prepare", "--format", "idx", "--input", in.toString());
    LocalRun.Outcome outcome = LocalRun.run(line, "--output", output.toString(), "--steps", "2");
    assertEquals(0, outcome.status(), outcome.err());
    JsonNode figures = new ObjectMapper().readTree(outcome.out());
    assertEquals(70, figures.get("images").asLong(), outcome.out());
    assertEquals(2, figures.get("steps").asInt(), outcome.out());
    assertTrue(figures.get("seconds_median").asDouble() > 0, outcome.out());
    assertTrue(figures.get("cpu_seconds_median").asDouble() > 0, outcome.out());
    assertFalse(Files.exists(output));

    Files.createDirectory(output);
    LocalRun.run(line, "--output", output.toString())
        .assertOneLine(SemiMeta.USAGE, "--output file:" + output + " exists already");
    assertTrue(Files.exists(output));
    LocalRun.run(line, "--output", folder.resolve("none").toString(), "--steps", "0")
        .assertOneLine(SemiMeta.USAGE, "--steps 0");
  }

  @Test
  void whatChecksumsCostIsSaid() throws IOException {
    Path in = folder.resolve("in");
    TestSources.idx(in, "train", 60, 12, 3);
    Path data = folder.resolve("data");
    LocalRun.Outcome prepared =
        LocalRun.run(
            List.of("prepare", "--format", "idx", "--input", in.toString()),
            "--output",
            data.toString());
    assertEquals(0, prepared.status(), prepared.err());
    LocalRun.Outcome outcome =
        LocalRun.run(List.of("benchmark-loader", "--data", data.toString(), "--images", "20000"));
    assertEquals(0, outcome.status(), outcome.err());
    assertTrue(
        outcome
            .out()
            .matches(
                "(?s).*"
                    + SPEED
                    + "-?\\d+\\.\\d\\d % of its CPU time compares records with their checksums\n"),
        outcome.out());
  }
}
