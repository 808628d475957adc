package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import io.semimeta.training.metrics.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole commands none of whose files may grow beyond some kilobytes: the system refuses the rest as
 * it does on a full disk, whoever writes it, and a test needs no disk of its own for that.
 */
@Tag("faults")
class FullDiskIT {
  private static final long STEPS = 120;
  private static final String TOO_LARGE =
      ": file too large; raise the limit on a file's size (ulimit -f), or choose another disk";

  @TempDir private Path folder;
  private CommandSession session;

  @AfterEach
  void end() {
    if (session != null) {
      session.close();
    }
  }

  private int run(List<String> line) throws Exception {
    session = new CommandSession(folder, line);
    int status = session.end();
    assertFalse(session.err().contains("\tat "), session::err);
    return status;
  }

  private int limited(int kibibytes, List<String> line) throws Exception {
    List<String> words = new ArrayList<>(List.of("bash", "-c"));
    words.addAll(List.of("ulimit -f " + kibibytes + " && exec \"$@\"", "bash"));
    words.addAll(line);
    return run(words);
  }

  private void assertLastLine(String file, String remedy) {
    String last = session.err().lines().reduce((first, second) -> second).orElse("");
    assertTrue(last.startsWith("semimeta: ") && last.contains(file + TOO_LARGE + remedy), last);
    assertEquals(1, session.err().lines().filter(line -> line.contains("failed: ")).count());
  }

  private static List<String> train(Path output) {
    return CommandSession.train(
        output,
        "--workers",
        "1",
        "--resume",
        "auto",
        "--total-steps",
        "" + STEPS,
        "--log-every",
        "1",
        "--checkpoint-every",
        "10",
        "--width", // so small that a checkpoint's files have room where the figures have none
        "0.03");
  }

  /** The log is full long before the figures are, and that alone is no reason to end. */
  @Test
  void trainingEndsWithWhatItHasAndGoesOnOnceThereIsRoom() throws Exception {
    Path output = folder.resolve("run");
    int limit = 24;
    assertEquals(1, limited(limit, train(output)), session::err);
    assertLastLine("metrics.jsonl", ", then go on with --resume auto");
    assertEquals(limit << 10, sizeOfLog(), "the log was full too");
    assertEquals(1, session.err().lines().filter(line -> line.contains("the log cannot")).count());
    List<Long> sound = checkpoints(output);
    assertFalse(sound.isEmpty());
    assertTrue(sound.get(sound.size() - 1) < STEPS, sound::toString);

    assertEquals(0, run(train(output)), session::err);
    assertEquals(LongStream.rangeClosed(1, STEPS).boxed().toList(), Reports.trainingSteps(output));
    Path undisturbed = folder.resolve("undisturbed");
    assertEquals(0, run(train(undisturbed)), session::err);
    Checkpoints.assertSame(undisturbed, output, STEPS, "after " + sound);

    Path predictions = folder.resolve("predictions.csv");
    List<String> evaluate =
        List.of(
            "bin/semimeta",
            "evaluate",
            "--checkpoint",
            output.toString(),
            "--data",
            "data-prep/fashion-mnist/sample",
            "--predictions",
            predictions.toString());
    int more = 128; // has room for Spark's own files
    assertEquals(1, limited(more, evaluate), session::err);
    assertLastLine("predictions.csv", "");
    assertFalse(Files.exists(predictions));
    assertEquals(0, run(evaluate), session::err);
    assertEquals(10_001, Files.readAllLines(predictions).size());
  }

  private static List<Long> checkpoints(Path output) throws IOException {
    var path = new org.apache.hadoop.fs.Path(output.toUri());
    return new CheckpointStore(path, new Configuration()).committed();
  }

  private long sizeOfLog() throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.endsWith("semimeta.log"))
          .mapToLong(file -> file.toFile().length())
          .max()
          .orElseThrow();
    }
  }

  @Test
  void preparingLeavesNothingHalfWritten() throws Exception {
    Path input = folder.resolve("in");
    for (int i = 0; i < 40; i++) { // a task a class, so that Spark's own files are small
      TestSources.file(
          input.resolve("train/n0000000" + i % 8 + "/" + i + ".JPEG"),
          TestImages.png(3, 60, 60, i));
    }
    Path data = folder.resolve("data");
    List<String> prepare =
        List.of(
            "bin/semimeta",
            "prepare",
            "--format",
            "imagenet",
            "--input",
            input.toString(),
            "--output",
            data.toString());
    assertEquals(1, limited(70, prepare), session::err);
    assertLastLine(".rec", "");
    assertFalse(contents(data).containsKey("manifest.json"));
    assertEquals(0, run(prepare), session::err);
    Map<String, Long> made = contents(data);
    List<String> anew = new ArrayList<>(prepare);
    Path whole = folder.resolve("whole");
    anew.set(anew.size() - 1, whole.toString());
    assertEquals(0, run(anew), session::err);
    assertEquals(contents(whole), made);
  }

  /** Checksums of the files in a folder. */
  private static Map<String, Long> contents(Path data) throws IOException {
    Map<String, Long> contents = new TreeMap<>();
    try (Stream<Path> files = Files.list(data)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        CRC32C crc = new CRC32C();
        crc.update(Files.readAllBytes(file));
        contents.put(file.getFileName().toString(), crc.getValue());
      }
    }
    return contents;
  }
}
