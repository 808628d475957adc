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
  private final List<Process> others = new ArrayList<>();

  @AfterEach
  void endAll() {
    if (session != null) {
      others.forEach(other -> signal("-KILL", "-" + other.pid()));
      running().forEach(ProcessHandle::destroyForcibly);
    }
  }

  private void start(String... line) throws IOException {
    session = process("", line);
  }

  /** One beside it. */
  private Process process(String name, String... line) throws IOException {
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(List.of(line));
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("TMPDIR", folder.toString());
    return builder
        .redirectOutput(file(name + "out").toFile())
        .redirectError(file(name + "err").toFile())
        .start();
  }

  private Process other(String name, String... line) throws IOException {
    others.add(process(name, line));
    return others.get(others.size() - 1);
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

  private long newest() throws IOException {
    return checkpoints().get(checkpoints().size() - 1);
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

  private int signal(String name, String process) {
    try {
      return new ProcessBuilder("kill", name, "--", process).inheritIO().start().waitFor();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
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
    assertEquals(0, signal("-INT", "-" + session.pid()));
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

  /** A second run is refused; a third follows one that stands still, a fourth a dead one. */
  @Test
  void oneRunAtATimeWritesToAnOutput() throws Exception {
    String[] line = train("--cores-per-worker", "1", "--resume", "auto");
    start(line);
    awaitWhileItRuns("checkpoint", () -> !checkpoints().isEmpty());
    Process second = other("second-", line);
    await("end of the second", () -> !second.isAlive());
    assertEquals(2, second.exitValue(), () -> text("second-err"));
    String refusal =
        "(?s).*semimeta: --output \\S+/run: in use by train on \\S+, application local-\\d+, since"
            + " 20.*";
    assertTrue(text("second-err").matches(refusal), text("second-err"));

    assertEquals(0, signal("-STOP", "-" + session.pid()));
    long stoodAt = newest();
    Process third = other("third-", line);
    await("further checkpoint", () -> newest() > stoodAt + 40 || !third.isAlive());
    assertTrue(third.isAlive(), () -> text("third-out") + text("third-err"));
    assertTrue(text("third-err").contains("waiting to see whether it still lives"));
    assertEquals(0, signal("-CONT", "-" + session.pid()));
    assertStatus(2);
    assertTrue(text("err").contains(": taken over by train on "), text("err"));
    assertTrue(third.isAlive(), () -> text("third-out") + text("third-err"));

    assertEquals(0, signal("-KILL", "-" + third.pid()));
    await("end of the third", () -> !third.isAlive());
    long killedAt = newest();
    start(line);
    awaitWhileItRuns("further checkpoint", () -> newest() > killedAt + 40);
    assertFalse(text("err").contains("waiting to see"), text("err"));
    assertEquals(0, signal("-INT", "-" + session.pid()));
    assertStatus(130);
    assertNoneIsLeft();
    assertFalse(Files.exists(output().resolve(".semimeta.lease")));
  }

  @Test
  void aSignalBeforeTheFirstStepEndsAtOnce() throws Exception {
    start(train("--cores-per-worker", "1"));
    awaitWhileItRuns("output", () -> Files.exists(output().resolve("label_indices.txt")));
    assertEquals(0, signal("-TERM", "" + session.pid()));
    assertStatus(143);
    assertNoneIsLeft();
    String line = "semimeta: stopped; no step was made; next: bin/semimeta train ";
    assertTrue(text("err").lines().anyMatch(one -> one.startsWith(line)), text("err"));
    assertEquals(List.of(), checkpoints());
    assertFalse(Files.exists(output().resolve(".semimeta.lease")));
  }
}
