package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What a user can get wrong: one clear line, the right status, nothing half-written. */
class BadInputIT {
  private static final String SAMPLE = "data-prep/fashion-mnist/sample";

  @TempDir private static Path folder;

  @BeforeAll
  static void chooseMaster() {
    System.setProperty("spark.master", "local[1]");
    System.setProperty("spark.ui.enabled", "false");
  }

  @AfterAll
  static void forgetMaster() {
    System.clearProperty("spark.master");
    System.clearProperty("spark.ui.enabled");
  }

  @Test
  void dataThatIsNotThere() {
    assertTrainRefuses("missing", 2, "manifest.json", "--data", folder.resolve("none").toString());
  }

  @Test
  void noLabels() {
    assertTrainRefuses("zero", 2, "--num-label 0", "--num-label", "0");
  }

  @Test
  void moreLabelsThanImages() {
    assertTrainRefuses("many", 2, "--num-label 99999", "--num-label", "99999");
  }

  @Test
  void unknownArchitecture() {
    assertTrainRefuses("architecture", 2, "'resnet99'; known: convlarge", "-a", "resnet99");
  }

  @Test
  void unknownOption() {
    assertTrainRefuses("option", 2, "--bogus", "--bogus=1");
  }

  @Test
  void aTruncatedRecordFile() throws IOException {
    Path data = copySample("truncated");
    Path shard = data.resolve("train-00001-of-00004.rec");
    byte[] bytes = Files.readAllBytes(shard);
    Files.write(shard, Arrays.copyOf(bytes, bytes.length - 5));
    assertTrainRefuses(
        "truncated-run", 2, shard.getFileName().toString(), "--data", data.toString());
  }

  @Test
  void aRecordFileWithABrokenFrame() throws IOException {
    Path data = copySample("broken");
    Path shard = data.resolve("train-00000-of-00004.rec");
    byte[] bytes = Files.readAllBytes(shard);
    bytes[0] ^= 1;
    Files.write(shard, bytes);
    assertTrainRefuses("broken-run", 2, shard.getFileName().toString(), "--data", data.toString());
  }

  @Test
  void resumeWithoutARun() {
    assertTrainRefuses("nothing", 2, "--resume: there is no checkpoint", "--resume");
  }

  @Test
  void aLearningRateThatDiverges() throws IOException {
    Path output = folder.resolve("diverges");
    String error = run(1, train(output, "--lr", "1e30", "--total-steps", "50"));
    assertTrue(error.contains("diverged at step"), error);
    assertFalse(Files.exists(output.resolve("result.json")));
  }

  @Test
  void anOutputThatIsTakenAndACheckpointWithAFlippedBit() throws IOException {
    Path output = folder.resolve("taken");
    run(0, train(output));
    String taken = run(2, train(output));
    assertTrue(taken.contains("already holds a run; add --resume"), taken);

    Path weights = output.resolve("checkpoints/step-00000003/model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length / 2] ^= 4;
    Files.write(weights, bytes);
    String flipped =
        run(2, List.of("evaluate", "--checkpoint", output.toString(), "--data", SAMPLE));
    assertTrue(flipped.contains("model.safetensors"), flipped);
  }

  private static void assertTrainRefuses(
      String name, int status, String message, String... options) {
    Path output = folder.resolve(name);
    String error = run(status, train(output, options));
    assertTrue(error.contains(message), error);
    assertFalse(Files.exists(output), "something was written");
  }

  /** A run of three steps; later options override earlier ones. */
  private static List<String> train(Path output, String... options) {
    List<String> line =
        new ArrayList<>(
            List.of(
                "train",
                "--data",
                SAMPLE,
                "--output",
                output.toString(),
                "--num-label",
                "40",
                "--width",
                "0.05",
                "--batch-size",
                "4",
                "--total-steps",
                "3",
                "--crop-padding",
                "2"));
    line.addAll(List.of(options));
    return line;
  }

  /**
   * Runs a line, checks its status, and returns what it told on standard error: one line, or none.
   */
  private static String run(int status, List<String> line) {
    StringWriter error = new StringWriter();
    CommandLine command = SemiMeta.commandLine();
    command.setErr(new PrintWriter(error));
    command.setOut(new PrintWriter(Writer.nullWriter()));
    int got = SemiMeta.run(command, line.toArray(String[]::new));
    assertEquals(status, got, error.toString());
    if (status != 0) {
      assertEquals(1, error.toString().strip().lines().count(), error.toString());
      assertTrue(error.toString().startsWith("semimeta: "), error.toString());
    }
    return error.toString();
  }

  private static Path copySample(String name) throws IOException {
    Path copy = Files.createDirectory(folder.resolve(name));
    try (Stream<Path> files = Files.list(Path.of(SAMPLE))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }
}
