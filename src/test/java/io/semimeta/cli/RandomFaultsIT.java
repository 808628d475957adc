package io.semimeta.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.training.metrics.Reports;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs of {@code bin/semimeta train --resume auto} on two executors, in which drivers and executors
 * are killed, frozen for a while and cut off at any moment, of the start and of checkpoints too,
 * and which are begun once more by the same line whenever they end before their time. All end in
 * the bytes of a run that nothing happened to, with each report once.
 */
@Tag("faults")
class RandomFaultsIT {
  private static final long STEPS = 600;
  private static final int REPORTS = 50;
  private static final int FAULTS_A_RUN = 5;

  /** The longest wait before a fault: somewhat longer than a start. */
  private static final int MILLISECONDS = 15_000;

  private enum Fault {
    DRIVER_KILLED,
    EXECUTOR_KILLED,
    EXECUTOR_FROZEN,
    CONNECTIONS_CUT;

    /** Kills are what most runs meet. */
    static Fault of(Random random) {
      int drawn = random.nextInt(10);
      return drawn < 3
          ? DRIVER_KILLED
          : drawn < 8 ? EXECUTOR_KILLED : drawn < 9 ? EXECUTOR_FROZEN : CONNECTIONS_CUT;
    }
  }

  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
  private final List<String> story = new ArrayList<>();

  @TempDir private Path folder;
  private CommandSession session;

  @AfterEach
  void end() {
    session.close();
  }

  @Test
  void whateverHappensItEndsInTheSameBytes() throws Exception {
    int wanted = Integer.getInteger("semimeta.faults", 50);
    long seed = seed();
    System.out.println("seed " + seed);
    Path undisturbed = folder.resolve("undisturbed");
    start(undisturbed);
    assertEquals(0, session.end(), session::err);
    for (int run = 0; sum() < wanted; run++) {
      story.clear();
      story.add("seed " + seed + ", run " + run);
      Path output = folder.resolve("run-" + run);
      disturb(output, new Random(seed + run), Math.min(FAULTS_A_RUN, wanted - sum()));
      Checkpoints.assertSame(undisturbed, output, STEPS, story.toString());
      assertEveryReportOnce(output);
      System.out.println(story);
    }
    System.out.println(done);
  }

  private static long seed() {
    String given = System.getProperty("semimeta.seed", "");
    return given.isEmpty() ? new Random().nextLong() : Long.parseLong(given);
  }

  private int sum() {
    return done.values().stream().mapToInt(Integer::intValue).sum();
  }

  private void start(Path output) throws IOException {
    session =
        new CommandSession(
            folder,
            CommandSession.train(
                output,
                "--workers",
                "2",
                "--cores-per-worker",
                "1",
                "--resume",
                "auto",
                "--num-valid",
                "40",
                "--total-steps",
                "" + STEPS,
                "--log-every",
                "" + REPORTS,
                "--checkpoint-every",
                "50",
                "--validate-every",
                "200"));
  }

  private void disturb(Path output, Random random, int faults) throws Exception {
    start(output);
    for (int i = 0; i < faults; i++) {
      Fault fault = Fault.of(random);
      boolean ended = session.leader().waitFor(random.nextInt(MILLISECONDS), TimeUnit.MILLISECONDS);
      if (ended && session.leader().exitValue() == 0) {
        return;
      }
      if (ended) {
        again(output);
      } else {
        meet(fault, random);
      }
    }
    while (session.end() != 0) {
      again(output);
    }
    assertQuiet();
  }

  /** Runs may end of their faults, in a line that says so. */
  private void again(Path output) throws Exception {
    String last = session.err().lines().reduce((first, second) -> second).orElse("");
    story.add("status " + session.end() + " '" + last + "'");
    assertQuiet();
    assertTrue(story.size() < 10 * FAULTS_A_RUN, () -> story + session.out() + session.err());
    start(output);
  }

  private void assertQuiet() {
    assertFalse(session.err().contains("\tat "), () -> story + session.err());
    assertFalse(session.out().contains("\tat "), () -> story + session.out());
  }

  private void meet(Fault fault, Random random) throws Exception {
    if (fault == Fault.DRIVER_KILLED) {
      session.leader().destroyForcibly();
    } else {
      Optional<ProcessHandle> executor = executor(random);
      if (executor.isEmpty()) {
        return; // none has begun yet
      }
      String pid = Long.toString(executor.get().pid());
      switch (fault) {
        case EXECUTOR_KILLED -> executor.get().destroyForcibly();
        case EXECUTOR_FROZEN -> {
          call("kill", "-STOP", pid);
          TimeUnit.MILLISECONDS.sleep(random.nextInt(5_000));
          call("kill", "-CONT", pid);
        }
        default -> cut(pid);
      }
    }
    done.merge(fault, 1, Integer::sum);
    story.add(fault.name().toLowerCase(Locale.ROOT));
  }

  private Optional<ProcessHandle> executor(Random random) {
    List<ProcessHandle> executors =
        session.running().stream()
            .filter(process -> line(process).contains("CoarseGrainedExecutorBackend"))
            .filter(process -> process.info().command().orElse("").endsWith("java"))
            .toList();
    return executors.isEmpty()
        ? Optional.empty()
        : Optional.of(executors.get(random.nextInt(executors.size())));
  }

  private static String line(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }

  /** Ends the connections of a process, for which a user needs the right to. */
  private static void cut(String pid) throws Exception {
    call(
        "bash",
        "-c",
        "ss -Htnp | grep 'pid="
            + pid
            + ",' | while read -r _ _ _ here there _; do"
            + " ss -K -t src \"$here\" dst \"$there\" >/dev/null || true; done");
  }

  private static void call(String... line) throws Exception {
    new ProcessBuilder(line).inheritIO().start().waitFor(); // the process may have ended meanwhile
  }

  private static void assertEveryReportOnce(Path output) throws IOException {
    List<Long> steps = Reports.trainingSteps(output);
    // The first loss is reported at once.
    assertEquals(
        LongStream.rangeClosed(1, STEPS / REPORTS).mapToObj(i -> REPORTS * i).toList(),
        steps.stream().filter(step -> step % REPORTS == 0).toList());
  }
}
