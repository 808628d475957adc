package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.data.TestSources;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the labelled images that {@code prepare} chose to a run that takes them. */
class LabelledDataIT {
  @TempDir private static Path base;

  @TempDir private Path folder;

  @BeforeAll
  static void makeInput() throws IOException {
    LocalRun.setSpark();
    TestSources.idx(base.resolve("in"), "train", 60, 12, 3);
    TestSources.idx(base.resolve("in"), "t10k", 6, 12, 3);
  }

  @AfterAll
  static void clear() {
    LocalRun.clearSpark();
  }

  private LocalRun.Outcome prepare(String... more) {
    List<String> args = new ArrayList<>(List.of("prepare", "--format", "idx"));
    args.addAll(List.of("--input", base.resolve("in").toString(), "--output", data().toString()));
    LocalRun.Outcome outcome = LocalRun.run(args, more);
    SparkSession.builder().getOrCreate().stop();
    return outcome;
  }

  private Path data() {
    return folder.resolve("data");
  }

  private Path output() {
    return folder.resolve("out");
  }

  private LocalRun.Outcome train(String... more) {
    List<String> args = new ArrayList<>(List.of("train", "--data", data().toString()));
    args.addAll(List.of("--output", output().toString(), "--batch-size", "4", "--width", "0.05"));
    args.addAll(List.of("--total-steps", "1", "--seed", "3"));
    return LocalRun.run(args, more);
  }

  private static void assertSucceeds(LocalRun.Outcome outcome) {
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
  }

  private List<String> used() throws IOException {
    return Files.readAllLines(output().resolve("label_indices.txt"));
  }

  @Test
  void theChosenFractionIsTrainedOn() throws IOException {
    assertSucceeds(prepare("--label-fraction", "0.25"));
    assertSucceeds(train("--num-valid", "3"));
    assertEquals(15, used().size());
    assertEquals(Files.readAllLines(data().resolve("labelled.txt")), used());
    for (int label = 0; label < 3; label++) {
      int wanted = label;
      assertEquals(5, used().stream().filter(id -> Long.parseLong(id) % 3 == wanted).count());
    }
  }

  /** Also where images were set aside, so that the test split was not looked at. */
  @Test
  void theEndSaysWhatCameOutAndWhatToDoNext() throws IOException {
    assertSucceeds(prepare("--label-fraction", "0.25"));
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    PrintStream before = System.err;
    LocalRun.Outcome outcome;
    try {
      System.setErr(new PrintStream(terminal, true, StandardCharsets.UTF_8));
      outcome = train("--num-valid", "3", "--log-every", "50");
    } finally {
      System.setErr(before);
    }
    assertSucceeds(outcome);
    String counts = "15 labelled, 42 unlabelled, 3 for validation, 6 test images, 3 classes";
    assertTrue(outcome.out().contains(counts), outcome.out());
    JsonNode result =
        new ObjectMapper().readTree(Files.readAllBytes(output().resolve("result.json")));
    assertEquals(6, result.get("test_examples").asInt());
    double error = 100 * result.get("test_error").asDouble();
    String line =
        String.format(Locale.ROOT, "test error       %.2f %% of 6 images, at step 1", error);
    assertTrue(outcome.out().contains(line), outcome.out());
    String shown = terminal.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains("train: waiting for executors\n"), shown);
    assertTrue(shown.contains("train 1 / 1  100 %"), shown);
    assertTrue(shown.contains("validation"), shown);
    assertFalse(shown.contains("top-5"), shown);

    String next = outcome.out().lines().filter(text -> text.startsWith("next ")).findFirst().get();
    List<String> words = List.of(next.split(" +"));
    assertEquals("bin/semimeta", words.get(1));
    LocalRun.Outcome evaluated = LocalRun.run(words.subList(2, words.size()));
    assertSucceeds(evaluated);
    assertTrue(evaluated.out().contains("top-1 error"), evaluated.out());
    assertFalse(evaluated.out().contains("top-5 error"), evaluated.out());
  }

  @Test
  void aRunsOwnChoiceComesFirst() throws IOException {
    Path list = Files.writeString(folder.resolve("list.txt"), "5\n4\n3\n");
    assertSucceeds(prepare("--label-list", list.toString()));
    assertEquals(List.of("3", "4", "5"), Files.readAllLines(data().resolve("labelled.txt")));
    assertSucceeds(train("--num-label", "12"));
    assertEquals(12, used().size());
  }

  @Test
  void aListThatWasChangedIsRefused() throws IOException {
    assertSucceeds(prepare("--label-fraction", "0.25"));
    Path list = data().resolve("labelled.txt");
    Files.writeString(list, Files.readString(list) + "59\n");
    train().assertOneLine(2, "labelled.txt is not what prepare wrote");
    Files.delete(list);
    train().assertOneLine(2, "labelled.txt: no such file");
    assertFalse(Files.exists(output()));
  }

  @Test
  void nothingChoosesOrTwoThingsDo() throws IOException {
    assertSucceeds(prepare());
    assertFalse(Files.exists(data().resolve("labelled.txt")));
    train().assertOneLine(2, "names no labelled images; give them by --num-label or");
    train("--num-label", "9", "--label-indices", "x").assertOneLine(2, "give one of them");
    assertFalse(Files.exists(output()));
  }

  @Test
  void choicesThatCannotBeHad() throws IOException {
    prepare("--label-fraction", "1").assertOneLine(2, "--label-fraction 1.0: must be 0 to below 1");
    prepare("--label-fraction", "0.01")
        .assertOneLine(2, "--label-fraction 0.01 of 60 images with a label: is less than one");
    Path list = Files.writeString(folder.resolve("list.txt"), "0\n60\n");
    prepare("--label-list", list.toString()).assertOneLine(2, "line 2: '60' is no training image");
    prepare("--label-list", list.toString(), "--label-fraction", "0.5")
        .assertOneLine(2, "--label-fraction and --label-list: give one of them");
    assertFalse(Files.exists(data().resolve("manifest.json")));
    // They decide no record file, so none is written twice for a fault in them.
    Files.writeString(list, "0\n59\n");
    LocalRun.Outcome mended = prepare("--label-list", list.toString());
    assertSucceeds(mended);
    assertTrue(mended.out().contains("had finished: 8"), mended.out());
    assertEquals(List.of("0", "59"), Files.readAllLines(data().resolve("labelled.txt")));
  }

  @Test
  void kryoIsRefusedByEveryCommand() {
    System.setProperty("spark.serializer", "org.apache.spark.serializer.KryoSerializer");
    try {
      String words = "KryoSerializer: it cannot carry Java's records; leave the setting out";
      prepare().assertOneLine(2, words);
      LocalRun.run(List.of("evaluate", "--checkpoint", "none", "--data", "none"))
          .assertOneLine(2, words);
      train("--num-label", "9").assertOneLine(2, words);
    } finally {
      System.clearProperty("spark.serializer");
    }
  }
}
