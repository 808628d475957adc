package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.files.FullDisk;
import io.semimeta.model.TestNetworks;
import java.io.IOException;
import java.io.RandomAccessFile;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Bad input: one clear line, status 2, or 1 for a run that diverged, and nothing half-written. */
class ErrorsIT {
  private static final Path SAMPLE = Path.of("data-prep", "fashion-mnist", "sample");
  private static final String SHARD = "train-00000-of-00004";

  /** Bytes before a record's image: magic, length, then the header's own. */
  private static final int BEFORE_IMAGE = 4 + 4 + 24;

  @TempDir private static Path trained;

  @TempDir private Path folder;

  @BeforeAll
  static void trainOnce() throws IOException {
    LocalRun.setSpark();
    LocalRun.Outcome outcome = LocalRun.run(train(SAMPLE, trained.resolve("out")));
    assertEquals("", outcome.err());
    assertEquals(0, outcome.status());
  }

  @AfterAll
  static void clear() {
    LocalRun.clearSpark();
  }

  private static List<String> train(Path data, Path output, String... more) {
    List<String> args =
        new ArrayList<>(List.of("train", "--data", data.toString(), "--output", output.toString()));
    args.addAll(List.of("--num-valid", "10", "--batch-size", "4", "--width", "0.05"));
    args.addAll(List.of("--total-steps", "4", "--log-every", "1", "--checkpoint-every", "2"));
    args.addAll(List.of("--num-label", "20"));
    args.addAll(List.of(more));
    return args;
  }

  private Path output() {
    return folder.resolve("out");
  }

  private void assertRefused(String words, Path data, String... more) {
    LocalRun.run(train(data, output(), more)).assertOneLine(2, words);
    assertFalse(Files.exists(output()), "nothing written");
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
    return to;
  }

  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        contents.put(folder.relativize(file).toString(), text);
      }
    }
    return contents;
  }

  private static void flip(Path file, long offset) throws IOException {
    try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int value = bytes.read();
      bytes.seek(offset);
      bytes.write(value ^ 4);
    }
  }

  @Test
  void dataThatIsNotThere() {
    assertRefused("none is no prepared data set (no such file", folder.resolve("none"));
    assertRefused("nosuch", Path.of("nosuch:", "x"));
  }

  @Test
  void labelsThatCannotBeHad() throws IOException {
    assertRefused("--num-label 0", SAMPLE, "--num-label", "0");
    assertRefused("--num-label 10001: only 10000", SAMPLE, "--num-label", "10001");
    assertRefused("--num-valid 9981: only 9980", SAMPLE, "--num-valid", "9981");
    Path ids = Files.writeString(folder.resolve("ids.txt"), "3\n123456789\n");
    List<String> args = train(SAMPLE, output(), "--label-indices", ids.toString());
    args.subList(args.indexOf("--num-label"), args.indexOf("--num-label") + 2).clear();
    LocalRun.run(args).assertOneLine(2, "line 2: image 123456789 is no training image");
    assertFalse(Files.exists(output()));
  }

  @Test
  void recordsThatAreDamaged() throws IOException {
    Path data = copy(SAMPLE, folder.resolve("truncated"));
    try (RandomAccessFile shard =
        new RandomAccessFile(data.resolve(SHARD + ".rec").toFile(), "rw")) {
      shard.setLength(shard.length() - 5);
    }
    assertRefused(SHARD + ".rec has 605319 bytes instead of 605324", data);

    data = copy(SAMPLE, folder.resolve("flipped"));
    flip(data.resolve(SHARD + ".rec"), 1);
    assertRefused(SHARD + ".rec", data);
  }

  /** Found by an executor, when it decodes its part. */
  @Test
  void anImageThatIsDamaged() throws IOException {
    Path data = copy(SAMPLE, folder.resolve("data"));
    flip(data.resolve(SHARD + ".rec"), BEFORE_IMAGE + 1);
    LocalRun.run(train(data, output())).assertOneLine(2, "cannot be decoded");
    assertEquals(List.of("label_indices.txt"), List.copyOf(contents(output()).keySet()));
  }

  @Test
  void optionsThatAreWrong() {
    assertRefused("unknown architecture 'nonet'; known: convlarge", SAMPLE, "-a", "nonet");
    assertRefused(
        "--width 0.05: resnet18 has one width only", SAMPLE, "--architecture", "resnet18");
    assertRefused("did you mean --num-label", SAMPLE, "--num-labels=3");
    assertRefused("--lr 1.0E39: too large", SAMPLE, "--lr", "1e39");
    assertRefused("--workers 2 needs as many executors", SAMPLE, "--workers", "2");
    assertRefused("--stop-at 5 is after the schedule's end", SAMPLE, "--stop-at", "5");
    assertRefused("--device gpu: must be auto, cpu or cuda", SAMPLE, "--device", "gpu");
    assertRefused("--resume: there is no checkpoint in ", SAMPLE, "--resume");
  }

  @Test
  void scriptedNetworksThatCannotBeTrained() {
    String narrow = "--width"; // what train() passes means nothing to a file
    assertRefused("torchscript: names no file", SAMPLE, "-a", "torchscript:", narrow, "1");
    assertRefused(
        "none.pt: no such file", SAMPLE, "-a", "torchscript:" + folder + "/none.pt", narrow, "1");
    assertRefused(
        "pom.xml: not a TorchScript file", SAMPLE, "-a", "torchscript:pom.xml", narrow, "1");
    String scripted = "torchscript:" + TestNetworks.script("residual-10");
    assertRefused("--width 0.05: a TorchScript file has one width", SAMPLE, "-a", scripted);
    assertRefused("--sync-batch-norm: ", SAMPLE, "-a", scripted, narrow, "1", "--sync-batch-norm");
    assertRefused(
        "its output for 2 images is [2, 3]",
        SAMPLE,
        "-a",
        "torchscript:" + TestNetworks.script("residual-3"),
        narrow,
        "1");
    assertRefused(
        "fails on images of [2, 1, 20, 20]", // what it will see, not what is stored
        SAMPLE,
        "-a",
        "torchscript:" + TestNetworks.script("smooth"),
        narrow,
        "1",
        "--image-size",
        "20");
  }

  @Test
  void weightsThatDoNotFit() throws IOException {
    String step = trained.resolve("out/checkpoints/step-00000004").toString();
    assertRefused(
        "block1.0.weight' is [6, 1, 3, 3], the network's is [13, 1, 3, 3]; give the state dict",
        SAMPLE,
        "--init-from",
        step,
        "--width",
        "0.1");
    assertRefused("none.safetensors: no such file", SAMPLE, "--init-from", "none.safetensors");
    assertRefused("not a safetensors file", SAMPLE, "--init-from", "pom.xml");
    assertRefused("it has no MANIFEST", SAMPLE, "--init-from", trained.resolve("out").toString());
  }

  /** A resumed run has other weights long since, but the whole run began with these. */
  @Test
  void whatARunBeganWithMustBeRepeated() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    String step = trained.resolve("out/checkpoints/step-00000004").toString();
    LocalRun.run(train(SAMPLE, output, "--resume", "--init-from", step))
        .assertOneLine(2, "--init-from (was unset, now file:" + step + ")");
  }

  @Test
  void anOutputThatHoldsARun() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    Map<String, String> before = contents(output);
    LocalRun.run(train(SAMPLE, output)).assertOneLine(2, "already holds a run; add --resume");
    LocalRun.run(train(SAMPLE, output, "--resume", "--seed", "7", "--gamma", "0.5"))
        .assertOneLine(2, "--gamma (was 0.1, now 0.5), ");
    LocalRun.run(train(SAMPLE, output, "--resume", "--schedule", "cosine"))
        .assertOneLine(2, "--schedule (was step, now cosine)");
    LocalRun.run(train(SAMPLE, output, "--resume", "--stop-at", "3"))
        .assertOneLine(2, "the run is at step 4 already");
    assertEquals(before, contents(output));
  }

  /** The same numbers in another unit are another schedule. */
  @Test
  void theSchedulesUnitIsNotItsLength() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    List<String> args =
        train(SAMPLE, output, "--resume", "--schedule", "step", "--epochs", "4", "--stop-at", "5");
    args.subList(args.indexOf("--total-steps"), args.indexOf("--total-steps") + 2).clear();
    LocalRun.run(args).assertOneLine(2, "length in (was steps, now epochs)");
  }

  @Test
  void checkpointsThatAreDamaged() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    for (String step : new String[] {"step-00000002", "step-00000004"}) {
      flip(output.resolve("checkpoints").resolve(step).resolve("model.safetensors"), 5000);
    }
    Map<String, String> before = contents(output);
    List<String> longer = train(SAMPLE, output, "--resume", "--total-steps", "6");
    LocalRun.run(longer).assertOneLine(2, "damaged: its SHA-256 is not the one in MANIFEST");
    assertEquals(before, contents(output));
  }

  @Test
  void aDamagedCheckpointIsNotEvaluated() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    flip(output.resolve("checkpoints/step-00000004/model.safetensors"), 5000);
    String checkpoint = output.resolve("checkpoints/step-00000004").toString();
    LocalRun.run(List.of("evaluate", "--checkpoint", checkpoint, "--data", SAMPLE.toString()))
        .assertOneLine(2, "model.safetensors");
  }

  /** Going back to a sound checkpoint gives the weights that the damaged one had. */
  @Test
  void theNewestCheckpointAloneIsDamaged() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    Path model = output.resolve("checkpoints/step-00000004/model.safetensors");
    flip(model, 5000);
    assertEquals(0, LocalRun.run(train(SAMPLE, output, "--resume")).status());
    assertEquals(
        contents(trained.resolve("out/checkpoints/step-00000004")).get("model.safetensors"),
        contents(model.getParent()).get("model.safetensors"));
    assertEquals(List.of(1L, 2L, 3L, 4L), reported(output));
  }

  /** A step schedule may be made longer: then two runs are one, bit for bit. */
  @Test
  void aLongerStepScheduleGoesOn() throws IOException {
    Path output = copy(trained.resolve("out"), output());
    Path whole = folder.resolve("whole");
    assertEquals(0, LocalRun.run(train(SAMPLE, output, "--resume", "--total-steps", "7")).status());
    assertEquals(0, LocalRun.run(train(SAMPLE, whole, "--total-steps", "7")).status());
    Checkpoints.assertSame(whole, output, 7, "made longer");
    assertEquals(List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L), reported(output));
  }

  /** A scheduler says the same line each time. */
  @Test
  void resumeAutoBeginsGoesOnAndEnds() throws IOException {
    List<String> line = train(SAMPLE, output(), "--resume", "auto");
    assertEquals(0, LocalRun.run(line, "--stop-at", "2").status());
    assertEquals(0, LocalRun.run(line).status());
    Checkpoints.assertSame(trained.resolve("out"), output(), 4, "in two parts");
    assertEquals(List.of(1L, 2L, 3L, 4L), reported(output()));
    Map<String, String> before = contents(output());
    assertEquals(0, LocalRun.run(line).status(), "finished already");
    assertEquals(before, contents(output()), "nothing written anew");
    LocalRun.run(line, "--seed", "7").assertOneLine(2, "--seed (was ");
    assertEquals(before, contents(output()));
  }

  private static List<Long> reported(Path output) throws IOException {
    List<Long> steps = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      JsonNode row = new ObjectMapper().readTree(line);
      if (row.get("kind").asText().equals("train")) {
        steps.add(row.get("step").asLong());
      }
    }
    return steps;
  }

  private static void link(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.createSymbolicLink(file, Path.of("/dev/full"));
  }

  /** On Hadoop's own local disk, whose write to this device fails as on a full one. */
  @Test
  void aDiskWithoutRoomForMetrics() throws IOException {
    link(output().resolve(".metrics.jsonl.tmp"));
    LocalRun.run(train(SAMPLE, output()))
        .assertOneLine(1, "metrics.jsonl: no space left on device; make room there, then go on");
    assertFalse(Files.exists(output().resolve("checkpoints")));
    assertGoesOn(output(), output().toString());
  }

  /** At the second checkpoint: the first stays, and the run goes on from there. */
  @Test
  void aDiskWithoutRoomForACheckpoint() throws IOException {
    System.setProperty("spark.hadoop.fs.full.impl", FullDisk.class.getName());
    try {
      for (String file : new String[] {"model.safetensors", "MANIFEST"}) {
        Path run = folder.resolve(file);
        String output = "full:" + run;
        FullDisk.files = ".*step-00000004/" + file;
        List<String> line = train(SAMPLE, Path.of("o"));
        line.set(line.indexOf("o"), output);
        LocalRun.run(line)
            .assertOneLine(
                1, "step-00000004/" + file + ": no space left on device; make room there, then");
        FullDisk.files = "";
        assertFalse(Files.exists(run.resolve("checkpoints/step-00000004")), "half-written");
        assertGoesOn(run, output);
      }
    } finally {
      FullDisk.files = "";
      System.clearProperty("spark.hadoop.fs.full.impl");
    }
  }

  private static void assertGoesOn(Path run, String output) throws IOException {
    List<String> line = train(SAMPLE, Path.of("o"), "--resume", "auto");
    line.set(line.indexOf("o"), output);
    LocalRun.Outcome outcome = LocalRun.run(line);
    assertEquals(0, outcome.status(), outcome.err());
    Checkpoints.assertSame(trained.resolve("out"), run, 4, "once there was room");
    assertEquals(List.of(1L, 2L, 3L, 4L), reported(run));
  }

  @Test
  void aDiskWithoutRoomForPredictions() throws IOException {
    Path file = folder.resolve("predictions.csv");
    List<String> line =
        List.of(
            "evaluate",
            "--checkpoint",
            trained.resolve("out").toString(),
            "--data",
            SAMPLE.toString(),
            "--predictions",
            file.toString());
    link(folder.resolve(".predictions.csv.tmp"));
    LocalRun.run(line)
        .assertOneLine(1, "predictions.csv: no space left on device; make room there");
    assertFalse(Files.exists(file));
    assertEquals(0, LocalRun.run(line).status());
  }

  /** What came before is the best clue to why. */
  @Test
  void theFiguresBeforeADivergenceAreWritten() throws IOException {
    List<String> args = train(SAMPLE, output(), "--lr", "1e30", "--warmup", "2");
    args.set(args.indexOf("--checkpoint-every") + 1, "4");
    LocalRun.run(args).assertOneLine(1, "training diverged at step 2");
    assertEquals(List.of(1L), reported(output()));
    assertFalse(Files.exists(output().resolve("checkpoints")));
  }

  @Test
  void aRunThatDiverges() throws IOException {
    List<String> args = train(SAMPLE, output(), "--lr", "1e30", "--checkpoint-every", "1");
    LocalRun.run(args).assertOneLine(1, "training diverged at step ");
    Map<String, String> left = contents(output());
    assertEquals(List.of("label_indices.txt"), List.copyOf(left.keySet()), left.keySet() + "");
  }
}
