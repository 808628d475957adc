package io.semimeta.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.ImageDecoder;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.RecordFiles;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Runs {@code prepare} in the test's own JVM and reads what it made. */
abstract class PrepareRun {
  static LocalSpark spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = new LocalSpark("local[2]");
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  DatasetManifest prepare(String format, Path input, String output, String... more)
      throws IOException {
    return prepare(format, input, folder.resolve(output).toUri(), more);
  }

  /** The same, on any file system. */
  DatasetManifest prepare(String format, Path input, URI output, String... more)
      throws IOException {
    List<String> args = new ArrayList<>(List.of("--format", format, "--input", input.toString()));
    args.addAll(List.of("--output", output.toString()));
    args.addAll(List.of(more));
    return spark.prepare(output, args);
  }

  void assertRefused(String message, String format, Path input, String... more) throws IOException {
    UserError error = assertThrows(UserError.class, () -> prepare(format, input, "refused", more));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
    Path output = folder.resolve("refused");
    assertFalse(Files.exists(output.resolve("manifest.json")));
  }

  Map<Long, ImageRecord> records(String output, DatasetManifest manifest, String split) {
    Map<Long, ImageRecord> byId = new TreeMap<>();
    RecordFiles.rdd(spark.context(), folder.resolve(output).toUri(), manifest, split, 3, 1, false)
        .collect()
        .forEach(image -> byId.put(image.record().id(), image.record()));
    return byId;
  }

  static Map<String, String> bytes(Path output) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> list = Files.list(output)) {
      for (Path file : list.toList()) {
        byte[] content = Files.readAllBytes(file);
        files.put(file.getFileName().toString(), new String(content, StandardCharsets.ISO_8859_1));
      }
    }
    return files;
  }

  static void assertMoments(DatasetManifest manifest, Map<Long, ImageRecord> train)
      throws IOException {
    for (int c = 0; c < 3; c++) {
      List<Double> values = new ArrayList<>();
      for (ImageRecord record : train.values()) {
        DecodedImage image = ImageDecoder.decode(record.encoded(), 3, manifest.orientation());
        int area = image.height() * image.width();
        for (int i = c * area; i < (c + 1) * area; i++) {
          values.add((image.pixels()[i] & 0xff) / 255.0);
        }
      }
      double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
      double variance =
          values.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElseThrow();
      assertEquals(mean, manifest.mean().get(c), 1e-12);
      assertEquals(Math.sqrt(variance), manifest.std().get(c), 1e-12);
    }
  }
}
