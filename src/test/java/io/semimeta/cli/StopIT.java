package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.semimeta.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/semimeta} and all that it starts in a session of their own, as from a terminal. */
class StopIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  @TempDir private Path folder;

  private Process session;

  @AfterEach
  void endAll() {
    if (session != null) {
      running().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private void start(String... line) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(List.of(line));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("TMPDIR", folder.toString());
    session =
        builder.redirectOutput(file("out").toFile()).redirectError(file("err").toFile()).start();
  }

  private String[] train(String... more) {
    List<String> words = new ArrayList<>(List.of("bin/semimeta", "train"));
    words.addAll(List.of("--data", "data-prep/fashion-mnist/sample", "--output"));
    words.addAll(List.of(output().toString(), "--num-label", "40", "--width", "0.05"));
    words.addAll(List.of("--batch-size", "8", "--total-steps", "1000000", "--validate-every"));
    words.addAll(List.of("1000000", "--checkpoint-every", "40"));
    words.addAll(List.of(more));
    return words.toArray(String[]::new);
  }

  private Path output() {
    return file("run");
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  private String text(String name) {
    try {
      return Files.readString(file(name), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  private List<Long> checkpoints() throws IOException {
    var path = new org.apache.hadoop.fs.Path(output().toUri());
    return new CheckpointStore(path, new Configuration()).committed();
  }

  /** What is waited for. */
  @FunctionalInterface
  private interface Condition {
    boolean holds() throws Exception;
  }

  private void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        fail("no " + what + ":\n" + text("out") + text("err"));
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  private void awaitWhileItRuns(String what, Condition condition) throws Exception {
    await(what, () -> condition.holds() || !session.isAlive());
    assertTrue(
        session.isAlive(), () -> "ended without " + what + ":\n" + text("out") + text("err"));
  }

  private void signal(String name, String process) throws Exception {
    assertEquals(
        0, new ProcessBuilder("kill", name, "--", process).inheritIO().start().waitFor(), name);
  }

  private void assertStatus(int status) throws Exception {
    await("end", () -> !session.isAlive());
    assertEquals(status, session.exitValue(), () -> text("out") + text("err"));
    assertFalse(text("err").contains("Exception"), () -> text("err"));
    assertFalse(text("err").contains("\tat "), () -> text("err"));
  }

  /** An executor that has lost its driver needs a moment. */
  private void assertNoneIsLeft() throws Exception {
    await("end of all processes", () -> running().isEmpty());
  }

  /** The session's processes, orphans among them. */
  private List<ProcessHandle> running() {
    return ProcessHandle.allProcesses().filter(process -> isOfSession(process.pid())).toList();
  }

  private boolean isOfSession(long process) {
    try {
      String stat = Files.readString(Path.of("/proc", "" + process, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
      return !fields[0].equals("Z") && fields[3].equals("" + session.pid());
    } catch (IOException e) {
      return false; // ended meanwhile
    }
  }

  /** Ctrl-C on two local executors, which get it too; then the line that it ended with. */
  @Test
  void ctrlCEndsInACheckpointAndALineThatGoesOn() throws Exception {
    start(train("--workers", "2", "--cores-per-worker", "1"));
    awaitWhileItRuns("checkpoint", () -> !checkpoints().isEmpty());
    long before = checkpoints().get(checkpoints().size() - 1);
    signal("-INT", "-" + session.pid());
    assertStatus(130);
    assertNoneIsLeft();
    assertTrue(text("err").contains("semimeta: stopping with a checkpoint, "), text("err"));
    long kept = checkpoints().get(checkpoints().size() - 1);
    assertTrue(kept > before, kept + " after " + before);
    List<String> last = text("out").lines().toList();
    assertEquals(
        String.format(
            Locale.ROOT,
            "stopped after step %,d of 1,000,000, which is kept as a checkpoint",
            kept),
        last.get(last.size() - 2).replaceAll(" +", " "));
    String next = last.get(last.size() - 1);
    assertTrue(next.matches("next +bin/semimeta train .* --resume"), next);

    start("bash", "-c", next.substring("next".length()));
    awaitWhileItRuns("further checkpoint", () -> checkpoints().contains((kept / 40 + 1) * 40));
    assertTrue(
        text("out").contains(String.format(Locale.ROOT, "resumed at step %,d\n", kept)),
        text("out"));
    ProcessHandle driver = session.toHandle(); // bash has become it
    assertTrue(driver.destroyForcibly());
    assertNoneIsLeft();
  }

  @Test
  void aSignalBeforeTheFirstStepEndsAtOnce() throws Exception {
    start(train("--cores-per-worker", "1"));
    awaitWhileItRuns("output", () -> Files.exists(output().resolve("label_indices.txt")));
    signal("-TERM", "" + session.pid());
    assertStatus(143);
    assertNoneIsLeft();
    String line = "semimeta: stopped; no step was made; next: bin/semimeta train ";
    assertTrue(text("err").lines().anyMatch(one -> one.startsWith(line)), text("err"));
    assertEquals(List.of(), checkpoints());
  }
}
