package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A folder with images to validate on beside those to test on. */
class ValidationSplitIT {
  private static final int TEST = 10;
  private static final int VAL = 6;

  @TempDir private static Path folder;

  private static String prepared;

  @BeforeAll
  static void prepare() throws IOException {
    LocalRun.setSpark();
    images("train", 40);
    images("test", TEST);
    images("Val", VAL);
    prepared =
        succeed(
            "prepare",
            "--format",
            "image-folder",
            "--input",
            folder.resolve("in").toString(),
            "--output",
            data());
  }

  @AfterAll
  static void clear() {
    LocalRun.clearSpark();
  }

  private static void images(String split, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      String name = "in/" + split + (i % 2 == 0 ? "/cat/" : "/dog/") + i + ".png";
      TestSources.file(folder.resolve(name), TestImages.png(3, 12, 12, name.hashCode()));
    }
  }

  private static String data() {
    return folder.resolve("data").toString();
  }

  private static String succeed(String... args) {
    LocalRun.Outcome outcome = LocalRun.run(List.of(args));
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
    return outcome.out();
  }

  private static String train(String output, String... more) {
    LocalRun.Outcome outcome =
        LocalRun.run(
            List.of(
                "train",
                "--data",
                data(),
                "--output",
                folder.resolve(output).toString(),
                "--num-label",
                "8",
                "--batch-size",
                "4",
                "--width",
                "0.05",
                "--total-steps",
                "2",
                "--validate-every",
                "1"),
            more);
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
    return outcome.out();
  }

  private static JsonNode json(String file) throws IOException {
    return new ObjectMapper().readTree(folder.resolve(file).toFile());
  }

  @Test
  void trainValidatesOnItAndEvaluateMeasuresIt() throws IOException {
    assertTrue(prepared.contains("Classes: cat, dog\n"), prepared);
    String said = train("run");
    assertTrue(said.contains("32 unlabelled, 6 for validation"), said);
    assertFalse(said.contains("is not used"), said);
    JsonNode result = json("run/result.json");
    assertEquals("validation", result.get("evaluated_on").asText());
    assertEquals(VAL, result.get("examples").asInt());
    assertTrue(result.has("best_error"), "the best checkpoint is chosen on them");
    String page = Files.readString(folder.resolve("run/report.html"));
    assertTrue(page.contains("test error") && page.endsWith("</html>\n"), page);
    assertTrue(said.contains("report           " + folder.resolve("run/report.html")), said);
    String again = folder.resolve("again.html").toString();
    String shown = succeed("report", "--run", folder.resolve("run").toString(), "--output", again);
    assertTrue(shown.startsWith("page        " + again), shown);
    String anew = Files.readString(Path.of(again)).replace(" --output " + again, "");
    assertEquals(page, anew, "few images are looked at, all of them");
    for (String split : List.of("val", "test")) {
      String report = folder.resolve(split + ".json").toString();
      succeed(
          "evaluate",
          "--checkpoint",
          folder.resolve("run").toString(),
          "--data",
          data(),
          "--split",
          split,
          "--report",
          report);
    }
    assertEquals(VAL, json("val.json").get("examples").asInt());
    assertEquals(TEST, json("test.json").get("examples").asInt());
    assertEquals(
        result.get("best_error").asDouble(), json("val.json").get("top1_error").asDouble(), 1e-9);
  }

  @Test
  void imagesSetAsideComeFirst() throws IOException {
    String said = train("aside", "--num-valid", "4");
    assertTrue(said.contains("on images set aside by --num-valid; the data set's val split"), said);
    assertTrue(said.contains("28 unlabelled, 4 for validation"), said);
    assertEquals(4, json("aside/result.json").get("examples").asInt());
  }
}
