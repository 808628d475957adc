package io.semimeta.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  private static final String RESULT =
      """
      {"step": 20, "total_steps": 40, "best_step": 10, "evaluated_on": "validation",
       "examples": 50, "last_error": 0.5, "best_error": 0.4, "test_examples": 200,
       "test_error": 0.25, "training_seconds": 3.5, "data": "file:/data",
       "command": "semimeta train --seed 7", "versions": {"java": "17"},
       "environment": {"processors": 2},
       "options": {"--seed": "7", "--lr": "0.1", "--mix-up": "true", "--alpha": "1.0",
                   "--loader": "cache", "--total-steps": "40", "--num-valid": "0",
                   "--data (contents)": "d1", "labelled images": "l1", "length in": "steps"}}
      """;

  private static final String ROWS =
      """
      {"step":10,"kind":"train","time":"2026-01-01T00:00:00Z","loss":1.5}
      {"step":10,"kind":"validation","time":"2026-01-01T00:00:01Z","top1_error":0.5}
      {"step":20,"kind":"train","time":"2026-01-01T00:00:02Z","loss":null,"confidence":0.9}
      """;

  @TempDir private Path folder;

  private RunFiles read() {
    return RunFiles.read(
        "--run", new org.apache.hadoop.fs.Path(folder.toUri()), new Configuration(false));
  }

  private RunFiles read(String result, String rows) throws IOException {
    Files.writeString(folder.resolve("result.json"), result);
    Files.writeString(folder.resolve("metrics.jsonl"), rows);
    return read();
  }

  private String refused(String result, String rows) {
    return assertThrows(UserError.class, () -> read(result, rows)).getMessage();
  }

  @Test
  void twoFilesAreARun() throws IOException {
    RunFiles run = read(RESULT, ROWS);
    assertFalse(run.hasCheckpoint());
    RunResult result = run.result().orElseThrow();
    assertEquals(OptionalLong.of(20), result.step());
    assertEquals(Optional.of(new org.apache.hadoop.fs.Path("file:/data")), result.data());
    assertEquals("2", result.environment().get("processors"));
    assertEquals(
        new RunResult.Headline("test", 0.25, 200, OptionalLong.of(10)),
        result.headline().orElseThrow());
    assertEquals(50, result.headline().orElseThrow().wrong());
    assertEquals(OptionalLong.of(7), run.options().seed());
    assertEquals(Optional.of("d1"), run.options().dataFingerprint());
    assertEquals(Optional.of("l1"), run.options().labelFingerprint());
    assertArrayEquals(new double[] {10, 20}, run.curve("train", "loss").x());
    assertArrayEquals(new double[] {1.5, Double.NaN}, run.curve("train", "loss").y());
    assertArrayEquals(new double[] {0.5}, run.curve("validation", "top1_error").y());
    assertTrue(run.curve("train", "no such figure").isEmpty());
  }

  @Test
  void onlyOptionsThatDifferFromDefaultsAreListed() throws IOException {
    assertEquals(
        Map.of("--seed", "7", "--mix-up", "true", "--alpha", "1.0", "--total-steps", "40"),
        read(RESULT, ROWS).options().differingFromDefaults());
  }

  @Test
  void anOlderOrUnfinishedRunLacksSomething() throws IOException {
    RunResult bare = read("{}", ROWS).result().orElseThrow();
    assertEquals(Optional.empty(), bare.headline());
    assertEquals(Map.of(), bare.options().all());
    RunResult tested =
        read("{\"step\": 5, \"evaluated_on\": \"test\", \"examples\": 10, \"last_error\": 0.3}", "")
            .result()
            .orElseThrow();
    assertEquals(
        new RunResult.Headline("test", 0.3, 10, OptionalLong.of(5)),
        tested.headline().orElseThrow());
    Files.delete(folder.resolve("result.json"));
    Files.writeString(folder.resolve("metrics.jsonl"), ROWS);
    RunFiles going = read();
    assertTrue(going.result().isEmpty());
    assertEquals(3, going.metrics().rows().size());
  }

  @Test
  void aCutLastLineIsLeftOutAndToldOf() throws IOException {
    RunFiles run = read(RESULT, ROWS.substring(0, ROWS.length() - 10));
    assertTrue(run.metrics().cut());
    assertEquals(2, run.metrics().rows().size());
    assertFalse(read(RESULT, ROWS.strip()).metrics().cut(), "a whole line needs no line break");
  }

  @Test
  void damageIsNamedWithItsPlace() {
    String file = "file:" + folder + "/";
    assertEquals(
        file + "metrics.jsonl line 2: not a row of figures",
        refused(RESULT, ROWS.replace("\"validation\"", "7")));
    assertEquals(
        file + "metrics.jsonl line 4: not a row of figures", refused(RESULT, ROWS + "{\"step\"\n"));
    assertEquals(
        file + "result.json: step is not a whole number", refused("{\"step\": \"20\"}", ROWS));
    assertEquals(
        file + "result.json: options is not an object", refused("{\"options\": []}", ROWS));
    assertTrue(
        refused("{\n \"step\": 20,\n", ROWS)
            .startsWith(file + "result.json line 3 column 1: not a run's result: "));
    assertEquals(
        file + "result.json: not a run's result: it is no JSON object", refused("[]", ROWS));
  }

  @Test
  void aFolderWithoutARunIsRefused() {
    String message = assertThrows(UserError.class, this::read).getMessage();
    assertTrue(
        message.startsWith("--run file:") && message.contains("holds no run: it has neither"),
        message);
  }

  /** A page from the two files alone, as of runs that are kept as evidence. */
  @Test
  void aPageNeedsNeitherNetworkNorData() throws IOException {
    RunFiles run = read(RESULT.replace("--lr\": \"0.1", "--lr\": \"<b>0.2"), ROWS);
    String page =
        new String(
            new RunPage(run, Optional.empty(), "Nothing of images.", "semimeta report --run x")
                .toBytes(),
            StandardCharsets.UTF_8);
    assertTrue(page.contains(">25.0 %<") && page.contains("95 %: 19.5 % to 31.4 %"), page);
    assertTrue(page.contains("&lt;b&gt;0.2") && !page.contains("<b>0.2"));
    assertTrue(page.contains("Nothing of images.") && page.contains("semimeta train --seed 7"));
    assertTrue(page.contains("Losses") == page.contains("supervised"), "no chart without figures");
    assertFalse(page.contains("Most confident mistakes"));
    assertTrue(page.contains("Errors") && page.contains("d1") && page.contains("l1"));
  }
}
