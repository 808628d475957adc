package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.checkpoint.CheckpointStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/semimeta} and all that it starts in a session of their own, as from a terminal. */
class StopIT {
  @TempDir private Path folder;

  private CommandSession session;
  private final List<CommandSession> others = new ArrayList<>();

  @AfterEach
  void endAll() {
    if (session != null) {
      session.close();
    }
    others.forEach(CommandSession::close);
  }

  private void start(List<String> line) throws IOException {
    session = new CommandSession(folder, line);
  }

  private List<String> train(String... more) {
    List<String> words = CommandSession.train(output(), more);
    words.addAll(List.of("--total-steps", "1000000", "--validate-every", "1000000"));
    words.addAll(List.of("--checkpoint-every", "40"));
    return words;
  }

  private Path output() {
    return folder.resolve("run");
  }

  private List<Long> checkpoints() throws IOException {
    var path = new org.apache.hadoop.fs.Path(output().toUri());
    return new CheckpointStore(path, new Configuration()).committed();
  }

  private long newest() throws IOException {
    return checkpoints().get(checkpoints().size() - 1);
  }

  /** One beside it. */
  private CommandSession other(String name, List<String> line) throws IOException {
    others.add(new CommandSession(Files.createDirectory(folder.resolve(name)), line));
    return others.get(others.size() - 1);
  }

  private void signal(String name, String process) throws Exception {
    assertEquals(
        0, new ProcessBuilder("kill", name, "--", process).inheritIO().start().waitFor(), name);
  }

  private void assertStatus(int status) throws Exception {
    assertEquals(status, session.end(), () -> session.out() + session.err());
    assertFalse(session.err().contains("Exception"), session::err);
    assertFalse(session.err().contains("\tat "), session::err);
  }

  /** An executor that has lost its driver needs a moment. */
  private void assertNoneIsLeft() throws Exception {
    session.await("end of all processes", () -> session.running().isEmpty());
  }

  /** Ctrl-C on two local executors, which get it too; then the line that it ended with. */
  @Test
  void ctrlCEndsInACheckpointAndALineThatGoesOn() throws Exception {
    start(train("--workers", "2", "--cores-per-worker", "1"));
    session.awaitWhileItRuns("checkpoint", () -> !checkpoints().isEmpty());
    long before = checkpoints().get(checkpoints().size() - 1);
    signal("-INT", "-" + session.leader().pid());
    assertStatus(130);
    assertNoneIsLeft();
    assertTrue(session.err().contains("semimeta: stopping with a checkpoint, "), session.err());
    long kept = checkpoints().get(checkpoints().size() - 1);
    assertTrue(kept > before, kept + " after " + before);
    List<String> last = session.out().lines().toList();
    assertEquals(
        String.format(
            Locale.ROOT,
            "stopped after step %,d of 1,000,000, which is kept as a checkpoint",
            kept),
        last.get(last.size() - 2).replaceAll(" +", " "));
    String next = last.get(last.size() - 1);
    assertTrue(next.matches("next +bin/semimeta train .* --resume"), next);

    start(List.of("bash", "-c", next.substring("next".length())));
    session.awaitWhileItRuns(
        "further checkpoint", () -> checkpoints().contains((kept / 40 + 1) * 40));
    assertTrue(
        session.out().contains(String.format(Locale.ROOT, "resumed at step %,d\n", kept)),
        session.out());
    ProcessHandle driver = session.leader().toHandle(); // bash has become it
    assertTrue(driver.destroyForcibly());
    assertNoneIsLeft();
  }

  /** A second run is refused; a third follows one that stands still, a fourth a dead one. */
  @Test
  void oneRunAtATimeWritesToAnOutput() throws Exception {
    List<String> line = train("--cores-per-worker", "1", "--resume", "auto");
    start(line);
    session.awaitWhileItRuns("checkpoint", () -> !checkpoints().isEmpty());
    CommandSession second = other("second", line);
    assertEquals(2, second.end(), second::err);
    String refusal =
        "(?s).*semimeta: --output \\S+/run: in use by train on \\S+, application local-\\d+,"
            + " since 20.*";
    assertTrue(second.err().matches(refusal), second::err);

    String first = "-" + session.leader().pid();
    signal("-STOP", first);
    long stoodAt = newest();
    CommandSession third = other("third", line);
    third.awaitWhileItRuns("further checkpoint", () -> newest() > stoodAt + 40);
    assertTrue(third.err().contains("waiting to see whether it still lives"), third::err);
    signal("-CONT", first);
    assertStatus(2);
    assertTrue(session.err().contains(": taken over by train on "), session::err);
    third.awaitWhileItRuns("life", () -> true);

    third.close();
    third.await("end of the third", () -> third.running().isEmpty());
    long killedAt = newest();
    start(line);
    session.awaitWhileItRuns("further checkpoint", () -> newest() > killedAt + 40);
    assertFalse(session.err().contains("waiting to see"), session::err);
    signal("-INT", "-" + session.leader().pid());
    assertStatus(130);
    assertNoneIsLeft();
    assertFalse(Files.exists(output().resolve(".semimeta.lease")));
  }

  @Test
  void aSignalBeforeTheFirstStepEndsAtOnce() throws Exception {
    start(train("--cores-per-worker", "1"));
    session.awaitWhileItRuns("output", () -> Files.exists(output().resolve("label_indices.txt")));
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertNoneIsLeft();
    String line = "semimeta: stopped; no step was made; next: bin/semimeta train ";
    assertTrue(session.err().lines().anyMatch(one -> one.startsWith(line)), session.err());
    assertEquals(List.of(), checkpoints());
    assertFalse(Files.exists(output().resolve(".semimeta.lease")));
  }
}
