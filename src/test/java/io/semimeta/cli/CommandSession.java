package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command and all that it starts, in a session of their own, as from a terminal. */
final class CommandSession implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private final Path out;
  private final Path err;
  private final Process leader;

  /** What is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws Exception;
  }

  /**
   * Starts it.
   *
   * @param folder for what it prints, {@code out} and {@code err}, and as its temporary one
   */
  CommandSession(Path folder, List<String> line) throws IOException {
    out = folder.resolve("out");
    err = folder.resolve("err");
    List<String> words = new ArrayList<>(List.of("setsid"));
    words.addAll(line);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().put("TMPDIR", folder.toString());
    leader = builder.redirectOutput(out.toFile()).redirectError(err.toFile()).start();
  }

  /** {@code bin/semimeta train} with a small network, on images at hand, with more options. */
  static List<String> train(Path output, String... more) {
    List<String> words = new ArrayList<>(List.of("bin/semimeta", "train"));
    words.addAll(List.of("--data", "data-prep/fashion-mnist/sample", "--output"));
    words.addAll(List.of(output.toString(), "--num-label", "40", "--width", "0.05"));
    words.addAll(List.of("--batch-size", "8"));
    words.addAll(List.of(more));
    return words;
  }

  /** The process that {@code bin/semimeta} becomes: the driver. */
  Process leader() {
    return leader;
  }

  String out() {
    return text(out);
  }

  String err() {
    return text(err);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }

  void await(String what, Condition condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.holds()) {
      if (System.nanoTime() > deadline) {
        fail("no " + what + ":\n" + out() + err());
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
  }

  void awaitWhileItRuns(String what, Condition condition) throws Exception {
    await(what, () -> condition.holds() || !leader.isAlive());
    assertTrue(leader.isAlive(), () -> "ended without " + what + ":\n" + out() + err());
  }

  /** Waits for its end and gives its exit status. */
  int end() throws Exception {
    await("end", () -> !leader.isAlive());
    return leader.exitValue();
  }

  /** The session's processes, orphans among them. */
  List<ProcessHandle> running() {
    return ProcessHandle.allProcesses().filter(process -> isOfSession(process.pid())).toList();
  }

  private boolean isOfSession(long process) {
    try {
      String stat = Files.readString(Path.of("/proc", "" + process, "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
      return !fields[0].equals("Z") && fields[3].equals("" + leader.pid());
    } catch (IOException e) {
      return false; // ended meanwhile
    }
  }

  @Override
  public void close() {
    running().forEach(ProcessHandle::destroyForcibly);
  }
}
