package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The step against the authors' own, value by value: each JSON file of the folder given by {@code
 * -Dsemimeta.golden=DIR} (or of this project's test resources) is one test, on the device that
 * {@code -Dsemimeta.device} names ({@code cuda:0}; or else the CPU).
 */
class GoldenStepTest {

  @TestFactory
  Stream<DynamicTest> everyFileOfTheFolder() throws IOException {
    List<Path> files;
    try (Stream<Path> listed = Files.list(folder())) {
      files = listed.filter(file -> file.toString().endsWith(".json")).sorted().toList();
    }
    assertTrue(!files.isEmpty(), () -> "no golden files in " + folder());
    return files.stream()
        .map(file -> dynamicTest(file.getFileName().toString(), () -> compare(read(file))));
  }

  private static Path folder() {
    String given = System.getProperty("semimeta.golden", "");
    return Path.of(given.isEmpty() ? "src/test/resources/golden" : given);
  }

  private static JsonNode read(Path file) {
    try {
      return new ObjectMapper().readTree(file.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void compare(JsonNode spec) {
    try (GoldenRun run = new GoldenRun(spec)) {
      // In float32, BatchNorm over so few images amplifies rounding beyond comparing after the
      // first step.
      int steps = run.isFloat64() ? spec.get("steps").size() : 1;
      for (int step = 0; step < steps; step++) {
        run.step(step);
      }
    }
  }
}
