package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real images: JPEG files in class folders, of which the first twenty of each class are taken. */
class CifarIT {
  private static final String DATA = System.getProperty("semimeta.data", "");

  @TempDir private Path folder;

  @BeforeAll
  static void set() {
    LocalRun.setSpark();
  }

  @AfterAll
  static void clear() {
    LocalRun.clearSpark();
  }

  @Test
  void jpegsAreTrainedOn() throws IOException {
    Path source = Path.of(DATA, "train");
    assumeTrue(
        !DATA.isEmpty() && Files.isDirectory(source),
        "skipped: -Dsemimeta.data=DIR names no folder with CIFAR-10's train/<class>/*.jpg");
    int classes = 0;
    for (Path named : listed(source, 100)) {
      Path own = Files.createDirectories(folder.resolve("in").resolve(named.getFileName()));
      for (Path image : listed(named, 20)) {
        Files.copy(image, own.resolve(image.getFileName()));
      }
      classes++;
    }
    assertEquals(10, classes);

    Path data = folder.resolve("data");
    succeed(
        "prepare",
        "--format",
        "image-folder",
        "--input",
        folder.resolve("in").toString(),
        "--output",
        data.toString());
    JsonNode manifest = json(data.resolve("manifest.json"));
    assertEquals(10, manifest.get("classes").size());
    assertEquals(180, manifest.at("/splits/train/records").asInt());
    assertEquals(20, manifest.at("/splits/test/records").asInt());
    assertEquals(32, manifest.get("height").asInt());
    for (int channel = 0; channel < 3; channel++) { // natural images, not noise nor black
      assertEquals(0.47, manifest.get("mean").get(channel).asDouble(), 0.08);
      assertEquals(0.25, manifest.get("std").get(channel).asDouble(), 0.05);
    }

    Path output = folder.resolve("out");
    succeed(
        "train",
        "--data",
        data.toString(),
        "--output",
        output.toString(),
        "--mix-up",
        "--num-label",
        "40",
        "--batch-size",
        "8",
        "--width",
        "0.1",
        "--total-steps",
        "5",
        "--log-every",
        "1");
    JsonNode result = json(output.resolve("result.json"));
    assertEquals(5, result.get("step").asInt());
    assertEquals(20, result.get("examples").asInt());
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.get("kind").asText().equals("train")) {
        assertTrue(row.get("loss").isNumber(), line);
      }
    }
  }

  private static void succeed(String... args) {
    LocalRun.Outcome outcome = LocalRun.run(List.of(args));
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
  }

  private static List<Path> listed(Path folder, int most) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().limit(most).toList();
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return new ObjectMapper().readTree(file.toFile());
  }
}
