package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.semimeta.checkpoint.Checkpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no Spark is refused before there is a session, also under {@code --dry-run}. */
class EarlyErrorsIT {
  private static final Path SAMPLE = Path.of("data-prep", "fashion-mnist", "sample");
  private static final AtomicInteger STARTED = new AtomicInteger();

  @TempDir private Path folder;

  /** Every application makes one. */
  public static final class Counter extends SparkListener {
    public Counter() {
      STARTED.incrementAndGet();
    }
  }

  @BeforeEach
  void set() {
    LocalRun.setSpark();
    System.setProperty("spark.extraListeners", Counter.class.getName());
    STARTED.set(0);
  }

  @AfterEach
  void clear() {
    System.clearProperty("spark.extraListeners");
    LocalRun.clearSpark();
  }

  private void assertEarly(String words, List<String> line) {
    LocalRun.run(line).assertOneLine(2, words);
    assertEquals(0, STARTED.get(), "applications started");
  }

  /** As it is, and as a dry run. */
  private void assertTrainRefused(String words, String... more) {
    List<String> line = new ArrayList<>(List.of("train", "--data", SAMPLE.toString()));
    line.addAll(List.of("--output", out(), "--width", "0.05", "--batch-size", "4"));
    line.addAll(List.of(more));
    assertEarly(words, line);
    line.add("--dry-run");
    assertEarly(words, line);
  }

  private String out() {
    return folder.resolve("out").toString();
  }

  @Test
  void anApplicationIsCounted() {
    try (JavaSparkContext spark = new JavaSparkContext(new SparkConf().setAppName("counted"))) {
      assertEquals(1, STARTED.get(), spark.appName());
    }
  }

  @Test
  void optionsAgainstOneAnother() {
    String[] length = {"--num-label", "20", "--total-steps"};
    assertTrainRefused("one of --total-steps and --epochs", "--num-label", "20");
    assertTrainRefused("--total-steps 0: must be", length[0], length[1], length[2], "0");
    assertTrainRefused(
        "--warmup 9: of a length of 9", "--epochs", "9", "--num-label", "20", "--warmup", "9");
    assertTrainRefused(
        "--stop-at 5 is after", length[0], length[1], length[2], "4", "--stop-at", "5");
    assertTrainRefused(
        "--workers 2 needs as many executors",
        length[0],
        length[1],
        length[2],
        "4",
        "--workers",
        "2");
    assertTrainRefused(
        "--engine none: must be", length[0], length[1], length[2], "4", "--engine", "none");
    assertTrainRefused(
        "unknown architecture 'nonet'", length[0], length[1], length[2], "4", "-a", "nonet");
    assertTrainRefused(
        "--num-valid -1: must be", length[0], length[1], length[2], "4", "--num-valid", "-1");
    assertFalse(Files.exists(Path.of(out())));
  }

  @Test
  void numbersThatTheManifestDoesNotHave() {
    String steps = "--total-steps";
    assertTrainRefused("--num-label 20000: only 10000", steps, "4", "--num-label", "20000");
    assertTrainRefused("--num-label 9: at least one", steps, "4", "--num-label", "9");
    assertTrainRefused(
        "--num-valid 9981: only 9980", steps, "4", "--num-label", "20", "--num-valid", "9981");
    assertTrainRefused(
        "--batch-size 1: on images of 14x14 pixels a BatchNorm layer of convlarge",
        steps,
        "4",
        "--num-label",
        "20",
        "--batch-size",
        "1");
  }

  @Test
  void outputsThatCannotBe() throws IOException {
    String[] rest = {"--num-label", "20", "--total-steps", "4", "--output"};
    Files.createFile(folder.resolve("file"));
    assertTrainRefused("is a file; name a folder", with(rest, folder + "/file"));
    assertTrainRefused("/file is a file; name another", with(rest, folder + "/file/a"));
    assertTrainRefused("is the data set's own folder", with(rest, SAMPLE.toString()));
    assertTrainRefused("--resume: there is no checkpoint in ", with(rest, out(), "--resume"));
    Checkpoints.write(folder.resolve("run"), 3);
    assertTrainRefused("already holds a run; add --resume", with(rest, folder + "/run"));
  }

  /** Whatever they are like, a new run would write over them. */
  @Test
  void outputsThatHoldCheckpoints() throws IOException {
    String[] rest = {"--num-label", "20", "--total-steps", "4", "--output", folder + "/run"};
    Checkpoints.write(folder.resolve("run"), 3);
    Path step = folder.resolve("run/checkpoints/step-00000003");
    Files.writeString(step.resolve("state.json"), "{");
    for (String[] line :
        new String[][] {rest, with(rest, "--resume"), with(rest, "--resume", "auto")}) {
      assertTrainRefused("step-00000003: state.json: damaged: 1 bytes where", line);
      assertTrainRefused("; choose another --output, or move that folder away", line);
    }
    Files.delete(step.resolve("MANIFEST"));
    assertTrainRefused("(step-00000003: unfinished, it has no MANIFEST); add --resume auto", rest);
    assertTrainRefused(
        "it has no MANIFEST); --resume auto begins there again", with(rest, "--resume"));
    assertEquals(3, step.toFile().list().length, "nothing is lost");
  }

  @Test
  void inputsThatAreNotThere() throws IOException {
    String[] rest = {"--num-label", "20", "--total-steps", "4"};
    assertTrainRefused("is no prepared data set (no such", with(rest, "--data", folder + "/none"));
    assertTrainRefused("(it holds no manifest.json)", with(rest, "--data", folder.toString()));
    assertTrainRefused("none: no such file", with(rest, "--init-from", folder + "/none"));
    assertTrainRefused(
        "none.pt: no such file",
        with(rest, "-a", "torchscript:" + folder + "/none.pt", "--width", "1"));
    Files.createDirectories(folder.resolve("broken"));
    Files.writeString(folder.resolve("broken/manifest.json"), "{");
    assertTrainRefused("is not a manifest", with(rest, "--data", folder + "/broken"));
    assertTrainRefused(
        "Cannot read " + folder.resolve("ids"),
        "--total-steps",
        "4",
        "--label-indices",
        folder + "/ids");
  }

  private static String[] with(String[] words, String... more) {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  @Test
  void prepareLooksAtItsFolders() throws IOException {
    String none = folder + "/none";
    List<String> line = List.of("prepare", "--format", "image-folder", "--input");
    assertEarly("--input " + none + ": no such file", and(line, none, "--output", out()));
    assertEarly(
        "--input " + SAMPLE + ": is a prepared data set already",
        and(line, SAMPLE.toString(), "--output", out()));
    String images = Files.createDirectory(folder.resolve("images")).toString();
    assertEarly(
        "holds a prepared data set already", and(line, images, "--output", SAMPLE.toString()));
    assertEarly("--extra is for --format svhn", and(line, images, "--output", out(), "--extra"));
    assertEarly(
        "--label-list " + none + ": no such file",
        and(line, images, "--output", out(), "--label-list", none));
    Files.createFile(folder.resolve("file"));
    assertEarly("is a file; name another", and(line, images, "--output", folder + "/file/a"));
    assertFalse(Files.exists(Path.of(out())));
  }

  private static List<String> and(List<String> words, String... more) {
    return List.of(with(words.toArray(String[]::new), more));
  }

  @Test
  void evaluateReadsTheCheckpoint() throws IOException {
    List<String> line = List.of("evaluate", "--data", SAMPLE.toString(), "--checkpoint");
    assertEarly("Checkpoint " + folder + "/none: no such folder", and(line, folder + "/none"));
    assertEarly("neither a step folder nor a training output", and(line, folder.toString()));
    Checkpoints.write(folder.resolve("run"), 3);
    assertEarly("was not written by this program", and(line, folder + "/run"));
    assertEarly(
        "--report " + folder + ": is a folder",
        and(line, folder + "/run", "--report", folder.toString()));
  }

  @Test
  void theOthersLookAtTheirFoldersToo() {
    assertEarly("exists already", List.of("demo", "--output", folder.toString(), "--workers", "1"));
    assertEarly(
        "exists already",
        List.of(
            "benchmark", "--output", folder.toString(), "--workers", "1", "--engines", "barrier"));
    assertEarly(
        "must be barrier or bigdl",
        List.of("benchmark", "--output", out(), "--workers", "1", "--engines", "x"));
    assertEarly(
        "is no prepared data set", List.of("benchmark-loader", "--data", folder.toString()));
  }
}
