package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.StartWatchdog;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkException;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.immutable.List$;

/** What becomes of a run whose attempts fail; here they only write checkpoints, or do not. */
class AttemptsTest {
  private static final TrainingListener SILENT = new TrainingListener() {};

  private static LocalSpark spark;

  @TempDir private Path output;

  @BeforeAll
  static void start() {
    spark = new LocalSpark("local[1]");
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private TrainingPlan plan() {
    return TestPlans.plan(
        TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, new RunPlan(output.toString(), 9, 1, 1, 1, 2));
  }

  private TrainingResult run(int maxRestarts, Attempts.Attempt attempt) {
    return new Attempts(
            spark.context(),
            Cluster.of(spark.context().getConf(), 1),
            new EngineOptions(
                EngineKind.BARRIER, maxRestarts, Duration.ofMinutes(1), Duration.ofMinutes(1)),
            SILENT,
            new StopSignal(Duration.ZERO))
        .run(plan(), attempt);
  }

  private void write(long step) {
    try {
      Checkpoints.write(output, step, TestPlans.state(plan(), step));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static LostAttemptException lost(int number) {
    return new LostAttemptException(new SparkException("ExecutorLostFailure " + number, null));
  }

  @Test
  void faultsBetweenWhichTheRunComesFurtherAreNotCountedTogether() {
    AtomicInteger attempts = new AtomicInteger();
    TrainingResult result =
        run(
            1,
            (from, group) -> {
              int number = attempts.incrementAndGet();
              if (number == 4) {
                return new TrainingResult(9, List.of(), 9, 0, 0);
              }
              write(number);
              throw lost(number);
            });
    assertEquals(3, result.restarts());
  }

  @Test
  void faultsAtTheSamePlaceAre() {
    AtomicInteger attempts = new AtomicInteger();
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class,
            () ->
                run(
                    1,
                    (from, group) -> {
                      write(3);
                      throw lost(attempts.incrementAndGet());
                    }));
    assertEquals(2, attempts.get(), "step 3 is progress once");
    assertTrue(
        failure.getMessage().startsWith("training failed after 1 restarts; --resume goes on"),
        failure.getMessage());
  }

  /** Another attempt makes no room. */
  @Test
  void aFullDiskEndsTheRunAtOnce() {
    String line = "file:/out/metrics.jsonl: no space left on device; make room there";
    String text =
        "Job aborted due to stage failure: Could not recover from a failed barrier ResultStage."
            + " Most recent failure reason: Stage failed because barrier task ResultTask(0, 0)"
            + " finished unsuccessfully.\njava.io.UncheckedIOException:"
            + " io.semimeta.OutputException: "
            + line
            + "\n\tat a.B.c(B.java:1)";
    AtomicInteger attempts = new AtomicInteger();
    RuntimeException failure =
        assertThrows(
            RuntimeException.class,
            () ->
                run(
                    3,
                    (from, group) -> {
                      attempts.incrementAndGet();
                      try (StartWatchdog watchdog =
                          StartWatchdog.ofRanks(spark.context(), group, 1, Duration.ofHours(1))) {
                        throw Attempts.explained(new SparkException(text, null), watchdog);
                      }
                    }));
    assertEquals(1, attempts.get());
    assertEquals(
        Optional.of(line + ", then go on with --resume auto"), OutputException.messageIn(failure));
  }

  /** Nor does another try of the same task: Spark would make four. */
  @Test
  void aFullDiskOnAnExecutorEndsItsStage() {
    try (FailingHosts hosts = FailingHosts.watch(spark.context())) {
      OutputException full = new OutputException("out/x.rec: no space left on device", null);
      hosts.onTaskEnd(
          new SparkListenerTaskEnd(
              1 << 30,
              0,
              "ResultTask",
              new ExceptionFailure(full, List$.MODULE$.<AccumulableInfo>empty()),
              null,
              null,
              null));
      assertEquals(
          Optional.of(full.getMessage()), OutputException.messageIn(hosts.verdict().orElseThrow()));
    }
  }

  /** Beginning anew would write over what may be mended. */
  @Test
  void anAttemptBeginsNotOverDamagedCheckpoints() throws IOException {
    AtomicInteger attempts = new AtomicInteger();
    UserError failure =
        assertThrows(
            UserError.class,
            () ->
                run(
                    3,
                    (from, group) -> {
                      write(3);
                      cutState();
                      throw lost(attempts.incrementAndGet());
                    }));
    assertEquals(1, attempts.get());
    assertTrue(failure.getMessage().contains("step-00000003: state.json: "), failure.getMessage());
  }

  private void cutState() {
    try {
      Files.writeString(output.resolve("checkpoints/step-00000003/state.json"), "{");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
