package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written for machines has the same bytes under every language: digits (Persian, Hindi),
 * the comma in numbers (German), and letters without a dot in capitals (Turkish).
 */
class LocaleIT {
  private static final Map<String, String> PLACES =
      Map.of(
          "fa-IR", "Asia/Tehran",
          "tr-TR", "Europe/Istanbul",
          "de-DE", "Europe/Berlin",
          "hi-IN-u-nu-deva", "Asia/Kolkata");

  /** Values that no two runs share. */
  private static final String TIMES =
      "(\"(time|started|finished)\" ?: ?)\"\\d{4}-[^\"]*Z\""
          + "|(\"[a-z_/]*(seconds|per_second|time)[a-z_]*\" ?: ?)[-0-9.E]+";

  private static final Locale BEFORE = Locale.getDefault();
  private static final TimeZone ZONE = TimeZone.getDefault();

  @TempDir private static Path folder;

  @BeforeAll
  static void begin() throws IOException {
    LocalRun.setSpark();
    Random random = new Random(1);
    for (String name : List.of("train/index", "train/TITLE", "test/index", "test/TITLE")) {
      Path images = Files.createDirectories(folder.resolve("images").resolve(name));
      for (int i = 0; i < 8; i++) {
        BufferedImage image = new BufferedImage(14, 14, BufferedImage.TYPE_INT_RGB);
        for (int pixel = 0; pixel < 14 * 14; pixel++) {
          image.setRGB(pixel / 14, pixel % 14, random.nextInt(1 << 24));
        }
        ImageIO.write(image, "png", images.resolve(i + ".PNG").toFile());
      }
    }
  }

  @AfterEach
  void goBack() {
    Locale.setDefault(BEFORE);
    TimeZone.setDefault(ZONE);
  }

  @AfterAll
  static void end() {
    LocalRun.clearSpark();
  }

  private static void run(String... words) {
    LocalRun.Outcome outcome = LocalRun.run(List.of(words));
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
  }

  /** All files of a data set, a run and an evaluation in that place, by name. */
  private static Map<String, String> written(Locale locale, String zone) throws IOException {
    Locale.setDefault(locale);
    TimeZone.setDefault(TimeZone.getTimeZone(zone));
    Path here = Files.createDirectory(folder.resolve("here"));
    String data = here.resolve("data").toString();
    String output = here.resolve("run").toString();
    run(
        "prepare",
        "--format",
        "image-folder",
        "--input=" + folder.resolve("images"),
        "--output=" + data);
    run(
        ("train -a shake-shake-26 --method semimeta --schedule step --warmup 1 --batch-size 2"
                + " --total-steps 3 --width 0.05 --num-label 4 --log-every 1 --validate-every 1"
                + " --checkpoint-every 3 --data")
            .concat(" " + data + " --output " + output)
            .split(" "));
    run(
        ("evaluate --checkpoint=" + output + " --data=" + data)
            .concat(" --report=" + here.resolve("report.json"))
            .concat(" --predictions=" + here.resolve("predictions.csv"))
            .split(" "));
    Map<String, String> written = new TreeMap<>();
    try (Stream<Path> files = Files.walk(here)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = here.relativize(file).toString();
        byte[] content = Files.readAllBytes(file);
        boolean hasTimes = name.contains("tensorboard") || name.equals("run/report.html");
        if (!hasTimes) { // in binary, and drawn as curves
          written.put(name, comparable(name, content));
        }
      }
    }
    Files.move(here, folder.resolve(locale.toLanguageTag()));
    return written;
  }

  private static String comparable(String name, byte[] content) {
    String text = new String(content, StandardCharsets.ISO_8859_1);
    if (name.endsWith("/MANIFEST")) {
      return text.replaceAll("\"state.json\"\\s*:\\s*\\{[^}]*\\}", "state.json");
    }
    boolean timed = name.matches("run/(metrics.jsonl|result.json|.*/state.json)");
    return timed ? text.replaceAll(TIMES, "$1$3") : text;
  }

  @Test
  void filesAreTheSameEverywhere() throws IOException {
    Map<String, String> expected = written(Locale.ROOT, "UTC");
    assertTrue(expected.containsKey("data/train-00000-of-00004.rec"), expected.keySet() + "");
    assertTrue(expected.containsKey("predictions.csv"), expected.keySet() + "");
    for (Map.Entry<String, String> place : PLACES.entrySet()) {
      Map<String, String> found = written(Locale.forLanguageTag(place.getKey()), place.getValue());
      assertEquals(expected.keySet(), found.keySet(), place.getKey());
      expected.forEach(
          (name, text) -> assertEquals(text, found.get(name), place.getKey() + ": " + name));
    }
  }
}
