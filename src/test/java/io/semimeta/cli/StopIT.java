package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
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
    List<Long> now = checkpoints(); // the run removes old ones meanwhile
    return now.get(now.size() - 1);
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

    start(List.of("bash", "-c", next.substring("next".length()))); // which becomes the driver
    session.awaitWhileItRuns(
        "further checkpoint", () -> checkpoints().contains((kept / 40 + 1) * 40));
    assertTrue(
        session.out().contains(String.format(Locale.ROOT, "resumed at step %,d\n", kept)),
        session.out());
    aSecondSignalEndsAtOnce();
  }

  /** Executors that do not answer, so that the first signal's checkpoint does not come. */
  private void aSecondSignalEndsAtOnce() throws Exception {
    String driver = "" + session.leader().pid();
    List<String> executors =
        session.running().stream()
            .map(one -> "" + one.pid())
            .filter(id -> !id.equals(driver))
            .toList();
    for (String executor : executors) {
      signal("-STOP", executor);
    }
    signal("-INT", driver);
    session.awaitWhileItRuns("answer", () -> session.err().contains("a second signal (Ctrl-C)"));
    TimeUnit.SECONDS.sleep(1); // sooner it would be taken for the same one
    signal("-INT", driver);
    assertStatus(130);
    assertFalse(Files.exists(lease()));
    String said = session.err().replaceFirst("(?s).*semimeta: ended at once; ", "");
    String words =
        String.format(
            Locale.ROOT, "the checkpoint of step %,d is kept; next: bin/semimeta train ", newest());
    assertTrue(said.startsWith(words), said + " instead of " + words);
    for (String executor : executors) {
      signal("-CONT", executor);
    }
    assertNoneIsLeft(); // executors without a driver end
    start(
        List.of(
            "bash", "-c", said.lines().findFirst().orElseThrow().replaceFirst(".*; next: ", "")));
    session.awaitWhileItRuns("resumption", () -> session.out().contains("resumed at step "));
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
    assertSaid("semimeta: stopped; no step was made; next: bin/semimeta train ");
    assertEquals(List.of(), checkpoints());
    assertFalse(Files.exists(lease()));

    endsBeforeAHeartbeat(lastWords().replaceFirst(".*; next: ", ""));
  }

  private Path lease() {
    return output().resolve(".semimeta.lease");
  }

  private String lastWords() {
    return session
        .err()
        .lines()
        .filter(line -> line.startsWith("semimeta: stopped; "))
        .findFirst()
        .orElse("");
  }

  private void assertSaid(String beginning) {
    assertTrue(lastWords().startsWith(beginning), session::err);
  }

  /** The driver hears of no step, but there are some. */
  private void endsBeforeAHeartbeat(String line) throws Exception {
    start(List.of("bash", "-c", line + " --conf spark.executor.heartbeatInterval=100s"));
    session.awaitWhileItRuns("checkpoint", () -> !checkpoints().isEmpty());
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    long kept = newest();
    String stopped =
        String.format(Locale.ROOT, "stopped after step %,d of 1,000,000, which is kept", kept);
    assertTrue(session.out().replaceAll(" +", " ").contains(stopped), session.out());

    start(List.of("bash", "-c", line));
    session.awaitWhileItRuns("lease", () -> Files.exists(lease()));
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertSaid(
        String.format(
            Locale.ROOT,
            "semimeta: stopped; the checkpoint of step %,d, which it began from, is kept; next:"
                + " bin/semimeta train ",
            kept));
    assertFalse(Files.exists(lease()));

    endsInEvaluation();
  }

  private void endsInEvaluation() throws Exception {
    Path files = Files.createDirectory(folder.resolve("files"));
    List<String> line =
        List.of(
            "bin/semimeta",
            "evaluate",
            "--checkpoint",
            output().toString(),
            "--data",
            "data-prep/fashion-mnist/sample",
            "--predictions",
            files + "/p.csv",
            "--report",
            files + "/r.json");
    start(line);
    session.awaitWhileItRuns("lease", () -> files.toFile().list().length > 0);
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertNoneIsLeft();
    assertSaid("semimeta: stopped; no part of a file was written, ");
    assertEquals(List.of(), List.of(files.toFile().list()));
    start(line);
    assertStatus(0);
    assertEquals(Set.of("p.csv", "r.json"), Set.of(files.toFile().list()));
  }

  /** Images enough for a signal to come among them. */
  @Test
  void aSignalEndsPrepareAndTheSameLineGoesOn() throws Exception {
    Path input = Files.createDirectory(folder.resolve("idx"));
    TestSources.idx(input, "train", 40_000, 14, 10);
    TestSources.idx(input, "t10k", 100, 14, 10);
    Path data = folder.resolve("data");
    List<String> line =
        List.of(
            "bin/semimeta",
            "prepare",
            "--format",
            "idx",
            "--input",
            input.toString(),
            "--output",
            data.toString(),
            "--shard-size",
            "1");
    start(line);
    session.awaitWhileItRuns("lease", () -> Files.exists(data.resolve(".semimeta.lease")));
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertNoneIsLeft();
    assertSaid("semimeta: stopped; finished record files are kept, and the same command goes on");
    assertFalse(Files.exists(data.resolve(".semimeta.lease")));
    assertFalse(Files.exists(data.resolve("manifest.json")));
    start(line);
    assertStatus(0);
    assertTrue(Files.exists(data.resolve("manifest.json")), session.out());
  }

  @Test
  void aSignalEndsTheDemonstration() throws Exception {
    Path demo = folder.resolve("demo");
    List<String> line =
        List.of("bin/semimeta", "demo", "--workers", "1", "--output", demo.toString());
    start(line);
    Path lease = demo.resolve("supervised/.semimeta.lease");
    session.awaitWhileItRuns("lease", () -> Files.exists(lease));
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertNoneIsLeft();
    assertSaid("semimeta: stopped; remove " + demo + " before you begin again");
    assertFalse(Files.exists(lease));
    start(line);
    assertStatus(2);
    assertTrue(session.err().contains("exists already"), session.err());
  }

  /** During the shutdown of a JVM libtorch's own parts go, also below a thread that computes. */
  @Test
  void aSignalEndsABenchmarkInTheMiddleOfAStep() throws Exception {
    Path other = folder.resolve("other");
    String against = "touch " + other + "; echo '{\"seconds_median\": 1}'";
    List<String> line =
        List.of(
            "bin/semimeta",
            "benchmark",
            "step",
            "--batch-size",
            "16",
            "--steps",
            "3",
            "--against",
            against);
    start(line);
    session.awaitWhileItRuns("other program", () -> Files.exists(other));
    TimeUnit.SECONDS.sleep(1);
    signal("-TERM", "" + session.leader().pid());
    assertStatus(143);
    assertTrue(session.err().contains("semimeta: stopped; nothing was measured"), session.err());
    assertNoneIsLeft();
  }

  private static final String SECOND_ROW = "seed-1/both";

  /** Stopped in the second of four runs; the same line goes on, to the weights of plain runs. */
  @Test
  void ctrlCStopsAnAblationAndTheSameLineGoesOn() throws Exception {
    String[] options = {
      "--total-steps",
      "300",
      "--checkpoint-every",
      "30",
      "--validate-every",
      "300",
      "--cores-per-worker",
      "1",
      "--keep",
      "1"
    };
    List<String> line = CommandSession.train(output(), options);
    line.set(1, "ablate");
    line.addAll(List.of("--seeds", "1,4", "--rows", "labels-only,both"));
    start(line);
    Path second = output().resolve(SECOND_ROW + "/checkpoints");
    session.awaitWhileItRuns("checkpoint of the second run", () -> Files.exists(second));
    signal("-INT", "-" + session.leader().pid());
    assertStatus(130);
    assertNoneIsLeft();
    assertTrue(session.err().contains("semimeta: stopping with a checkpoint, "), session.err());
    String last = session.out().replaceAll(" +", " ");
    assertTrue(
        last.matches(
            "(?s).*== run 2 of 4, SemiMeta with mixup, seed 1\n.*stopped after step [0-9]+ of 300,"
                + " which is kept as a checkpoint\nnext bin/semimeta ablate .*\n"
                + "runs 1 of 4 runs are finished\n"),
        session.out());
    assertFalse(Files.exists(output().resolve(SECOND_ROW + "/result.json")));
    assertFalse(Files.exists(output().resolve("compare.html")));

    start(line);
    assertStatus(0);
    String out = session.out().replaceAll(" +", " ");
    assertTrue(out.contains("run 1 of 4, labels only, seed 1: finished before\n"), out);
    assertTrue(out.matches("(?s).*== run 2 of 4, [^\n]*\n.*resumed at step [0-9]+\n.*"), out);
    assertTrue(out.contains("\ndifference mean std. error interval n McNemar's p, by draw\n"), out);
    assertTrue(Files.exists(output().resolve("compare.html")));

    List<String> plain = CommandSession.train(folder.resolve("plain"), options);
    plain.addAll(List.of("--seed", "1", "--method", "semimeta", "--mix-up"));
    start(plain);
    assertStatus(0);
    String weights = "checkpoints/step-00000300/model.safetensors";
    assertEquals(
        -1,
        Files.mismatch(
            folder.resolve("plain").resolve(weights),
            output().resolve(SECOND_ROW).resolve(weights)));
  }
}
