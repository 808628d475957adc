package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.checkpoint.Safetensors;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the labelled images that {@code prepare} chose to a run that takes them. */
class LabelledDataIT {
  @TempDir private static Path base;

  @TempDir private Path folder;
  private String output = "out";

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
    return folder.resolve(output);
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
  void theWholeFractionIsAllOfThem() throws IOException {
    assertSucceeds(prepare("--label-fraction", "1"));
    assertEquals(60, Files.readAllLines(data().resolve("labelled.txt")).size());
    train().assertOneLine(2, "--method semimeta: every training image");
    assertSucceeds(train("--method", "supervised"));
    assertEquals(60, used().size());
  }

  @Test
  void aRunsOwnChoiceComesFirst() throws IOException {
    Path list = Files.writeString(folder.resolve("list.txt"), "5\n4\n3\n");
    assertSucceeds(prepare("--label-list", list.toString()));
    assertEquals(List.of("3", "4", "5"), Files.readAllLines(data().resolve("labelled.txt")));
    LocalRun.Outcome outcome = train("--num-label", "12", "--batch-size", "16");
    assertSucceeds(outcome);
    String note = "--batch-size 16 is more than the 12 labelled images of a rank";
    assertTrue(outcome.out().contains(note), outcome.out());
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
    for (String method : List.of("semimeta", "pseudo-label")) {
      train("--method", method)
          .assertOneLine(
              2,
              "--method "
                  + method
                  + ": every training image of "
                  + data()
                  + " is labelled; give --num-label N to use the labels of N images alone, or"
                  + " --method supervised to train on all");
    }
    train("--num-label", "9", "--label-indices", "x").assertOneLine(2, "give one of them");
    train("--label-balance", "proportional")
        .assertOneLine(2, "--label-balance is for --num-label and --num-valid");
    assertFalse(Files.exists(output()));
    LocalRun.Outcome supervised = train("--method", "supervised", "--num-valid", "6");
    assertSucceeds(supervised);
    assertEquals(54, used().size());
    assertTrue(supervised.out().contains("54 labelled, 0 unlabelled, 6 for validation"));
    assertFalse(supervised.out().contains("note "), supervised.out());
  }

  /** A folder a class, and one for images without: nobody needs to say more. */
  @Test
  void classFoldersAreTheLabels() throws IOException {
    Path pets = folder.resolve("pets");
    for (int i = 0; i < 20; i++) {
      String name = i < 8 ? "unlabelled" : i < 17 ? "cat" : "dog";
      TestSources.file(
          pets.resolve(String.format(Locale.ROOT, "train/%s/%d.png", name, i)),
          TestImages.png(1, 12, 12, i));
    }
    TestSources.file(pets.resolve("test/cat/0.png"), TestImages.png(1, 12, 12, 99));
    assertSucceeds(
        LocalRun.run(
            List.of("prepare", "--format", "image-folder", "--input", pets.toString()),
            "--output",
            data().toString()));
    SparkSession.builder().getOrCreate().stop();
    LocalRun.Outcome all = train("--batch-size", "16");
    assertSucceeds(all);
    assertEquals(12, used().size());
    assertTrue(all.out().contains("12 labelled, 8 unlabelled, 1 test images"), all.out());
    assertTrue(
        all.out().contains("--batch-size 16 is more than the 12 labelled images of a rank"),
        all.out());

    // Three dogs, nine cats: three of each, and no more.
    output = "drawn";
    train("--num-label", "9").assertOneLine(2, "images of class 'dog', which has 3 left; at most ");
    LocalRun.Outcome drawn =
        train("--num-label", "8", "--num-valid", "4", "--label-balance", "proportional");
    assertSucceeds(drawn);
    assertTrue(drawn.out().contains("8 labelled, 8 unlabelled, 4 for validation"), drawn.out());
    assertEquals(2, used().stream().filter(id -> Long.parseLong(id) >= 9).count());
    train("--resume", "--num-label", "6", "--num-valid", "0")
        .assertOneLine(2, "--label-balance (was proportional, now unset)");
  }

  /** As the labels of SVHN's own files: nothing is of class 0, nor of one in the middle. */
  @Test
  void labelsMayStartAtOneAndHaveGaps() throws IOException {
    Path gaps = folder.resolve("gaps");
    TestSources.idx(gaps, "train", 40, 12, 2);
    TestSources.idx(gaps, "t10k", 6, 12, 4);
    byte[] labels = new byte[8 + 40];
    ByteBuffer.wrap(labels).putInt(0x801).putInt(40);
    for (int i = 0; i < 40; i++) {
      labels[8 + i] = (byte) (i % 4 < 3 ? 1 : 3);
    }
    Files.delete(gaps.resolve("train-labels-idx1-ubyte.gz"));
    Files.write(gaps.resolve("train-labels-idx1-ubyte"), labels);
    LocalRun.Outcome prepared =
        LocalRun.run(
            List.of("prepare", "--format", "idx", "--input", gaps.toString()),
            "--output",
            data().toString());
    assertSucceeds(prepared);
    SparkSession.builder().getOrCreate().stop();
    assertTrue(
        prepared
            .out()
            .contains(
                "No training image of 2 of 4 classes: 0, 2; they are left out of the draw of"
                    + " labels, but 3 test images are theirs"),
        prepared.out());
    assertSucceeds(train("--num-label", "2"));
    assertEquals(
        List.of(1, 3),
        used().stream().map(id -> (int) labels[8 + Integer.parseInt(id)]).sorted().toList());
  }

  @Test
  void choicesThatCannotBeHad() throws IOException {
    prepare("--label-fraction", "1.1").assertOneLine(2, "--label-fraction 1.1: must be 0 to 1");
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

  private LocalRun.Outcome ablate(String... more) {
    List<String> args = new ArrayList<>(List.of("ablate", "--data", data().toString()));
    args.addAll(List.of("--output", output().toString(), "--batch-size", "4", "--width", "0.05"));
    args.addAll(List.of("--num-label", "15", "--total-steps", "2", "--warmup", "1"));
    args.addAll(List.of("--log-every", "1", "--ramp", "0", "--seeds", "3,5"));
    return LocalRun.run(args, more);
  }

  /**
   * The first step of a warm-up has a rate of 0, so a run that ends after it has the parameters
   * that it began with; the statistics have moved.
   */
  @Test
  void runsOfASeedHaveTheSameLabelsAndInitialWeights() throws IOException {
    assertSucceeds(prepare());
    String rows = "labels-only,labels-mixup,meta-only,both,control,mixup-only";
    LocalRun.Outcome outcome = ablate("--stop-at", "1", "--rows", rows);
    assertSucceeds(outcome);
    assertTrue(outcome.out().contains("== run 12 of 12, mixup with predictions, seed 5\n"));
    Map<Integer, String> labels = new HashMap<>();
    Map<Integer, Map<String, StoredTensor>> weights = new HashMap<>();
    for (int seed : new int[] {3, 5}) {
      for (String row : rows.split(",", -1)) {
        Path run = output().resolve("seed-" + seed).resolve(row);
        String own = Files.readString(run.resolve("label_indices.txt"));
        assertEquals(labels.computeIfAbsent(seed, first -> own), own, row);
        Map<String, StoredTensor> drawn = parameters(run);
        assertEquals(weights.computeIfAbsent(seed, first -> drawn), drawn, row);
      }
    }
    assertNotEquals(labels.get(3), labels.get(5));
    assertNotEquals(weights.get(3), weights.get(5));
    onlyWhatIsMissingIsRun();
  }

  private static Map<String, StoredTensor> parameters(Path run) throws IOException {
    byte[] file = Files.readAllBytes(run.resolve("checkpoints/step-00000001/model.safetensors"));
    Map<String, StoredTensor> parameters = new HashMap<>();
    Safetensors.read(new ByteArrayInputStream(file), file.length, run.toString())
        .forEach(
            (name, tensor) -> {
              if (!name.contains("running_") && !name.contains("num_batches")) {
                parameters.put(name, tensor);
              }
            });
    assertTrue(parameters.size() > 20, parameters.keySet().toString());
    return parameters;
  }

  /** A copy of the small files counts as a finished run, and longer runs go on to their end. */
  private void onlyWhatIsMissingIsRun() throws IOException {
    Path first = output();
    output = "copy";
    for (String file : new String[] {"result.json", "metrics.jsonl"}) {
      Path copy = output().resolve("seed-3/both").resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(first.resolve("seed-3/both").resolve(file), copy);
    }
    LocalRun.Outcome outcome = ablate("--stop-at", "1", "--rows", "both", "--seeds", "3,5");
    assertSucceeds(outcome);
    assertTrue(
        outcome.out().contains("run 1 of 2, SemiMeta with mixup, seed 3: finished before\n"));
    assertTrue(outcome.out().contains("seed-3/both has no checkpoint here"), outcome.out());
    assertFalse(Files.exists(output().resolve("seed-3/both/checkpoints")));
    assertTrue(Files.exists(output().resolve("seed-5/both/checkpoints")));
    assertTrue(Files.exists(output().resolve("compare.html")));
    assertTrue(Files.exists(output().resolve("compare.json")));

    ablate("--stop-at", "1", "--rows", "both", "--lr", "0.2")
        .assertOneLine(
            2, "seed-3/both: its result.json is of other options: --lr (was 0.1, now 0.2)");
    ablate("--rows", "both").assertOneLine(2, "of step 1 of 2, and there is no checkpoint");
    output = "out";
    assertSucceeds(ablate("--rows", "both,control"));
    assertTrue(Files.exists(output().resolve("seed-5/control/checkpoints/step-00000002")));
    ablate("--stop-at", "1", "--rows", "both").assertOneLine(2, "after the asked end at step 1");
  }
}
