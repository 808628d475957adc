package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.AtStep;
import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.metrics.Reports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One rank in a session that nobody started for it: with executors by demand, speculation, and
 * Spark's own further attempts at each task. Whatever happens, the run begins again as others do.
 */
class OneRankIT {
  private static final long STEPS = 300;
  private static final TrainingListener SILENT = new TrainingListeners(List.of());

  @TempDir private static Path folder;
  private static SparkSession session;
  private static Path undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[1,1,1024]")
            .setAppName("OneRankIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
            .set("spark.executor.memory", "1024m")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.speculation", "true")
            .set("spark.dynamicAllocation.enabled", "true");
    session = SparkSession.builder().config(conf).getOrCreate();
    undisturbed = folder.resolve("undisturbed");
    assertEquals(0, train(request(undisturbed), 0, SILENT).restarts());
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void aKilledExecutorChangesNothing() throws IOException {
    Path output = folder.resolve("killed");
    TrainingResult result = train(request(output), 1, RecoveryIT.killAt(30));
    assertEquals(1, result.restarts(), "by the driver, not by Spark");
    assertSameEnd(output, "killed at step 30");
    assertEquals(
        LongStream.rangeClosed(1, STEPS / 10).mapToObj(i -> 10 * i).toList(),
        Reports.trainingSteps(output));
  }

  @Test
  void withoutRestartsALostExecutorEndsTheRun() throws IOException {
    Path output = folder.resolve("lost");
    IllegalStateException failure =
        assertThrows(
            IllegalStateException.class, () -> train(request(output), 0, RecoveryIT.killAt(30)));
    assertTrue(failure.getMessage().contains("after 0 restarts; --resume"), failure.getMessage());
    assertTrue(failure.getCause().getMessage().contains("ExecutorLostFailure"), "" + failure);
    train(request(output).resume(), 0, SILENT);
    assertSameEnd(output, "resumed after a lost executor");
  }

  /** An impatient one is cancelled; neither then nor by the word does another attempt begin. */
  @Test
  void aStoppedRunGoesOnToTheSameEnd() throws IOException {
    for (Duration patience : List.of(Duration.ofMinutes(1), Duration.ZERO)) {
      Path output = folder.resolve("stopped-" + patience);
      StopSignal stop = new StopSignal(patience);
      TrainingResult result =
          new TrainingJob(session, request(output).build(), RecoveryIT.options(3))
              .run(new AtStep(30, stop::ask), stop);
      assertEquals(0, result.restarts());
      assertTrue(result.step() < STEPS, "at " + result.step());
      train(request(output).resume(), 0, SILENT);
      assertSameEnd(output, "stopped at step " + result.step());
    }
  }

  @Test
  void divergenceIsNoReasonToRestart() {
    Path output = folder.resolve("diverged");
    assertThrows(
        DivergedException.class, () -> train(request(output).learningRate(1e30), 3, SILENT));
  }

  @Test
  void whatFailsTwiceInTheSameWayIsNotTriedAgain() throws IOException {
    Path output = folder.resolve("unwritable");
    Files.createDirectory(output);
    Files.writeString(output.resolve("tensorboard"), "a file where a folder must be");
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> train(request(output), 3, SILENT));
    assertTrue(failure.getMessage().startsWith("training failed twice from step 0 "), failure + "");
    assertTrue(failure.getMessage().contains("tensorboard"), failure + "");
  }

  @Test
  void aDiskWithoutRoomEndsTheRunAtOnce() throws IOException {
    Path output = folder.resolve("full");
    Files.createDirectory(output);
    Files.createSymbolicLink(output.resolve(".metrics.jsonl.tmp"), Path.of("/dev/full"));
    List<Integer> restarts = new ArrayList<>();
    TrainingListener counting =
        new TrainingListener() {
          @Override
          public void onRestart(int number) {
            restarts.add(number);
          }
        };
    Exception failure = assertThrows(Exception.class, () -> train(request(output), 3, counting));
    assertTrue(OutputException.messageIn(failure).isPresent(), "" + failure);
    assertEquals(List.of(), restarts);
    train(request(output).resume(RunRequest.Resume.AUTO), 0, SILENT);
    assertSameEnd(output, "once there was room");
  }

  @Test
  void anOutputThatTheRankDoesNotSeeIsRefused() throws IOException {
    Path output = folder.resolve("unseen");
    TrainingRequest request = request(output).build();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    TrainingData data = TrainingData.read(spark, request.data(), request.method(), request.seed());
    TrainingEngine engine =
        BarrierEngine.KIND.create(
            data.records(spark, 1, request.seed(), request.method()),
            RecoveryIT.options(3),
            SILENT,
            new StopSignal(Duration.ZERO));
    TrainingPlan plan = new TrainingJob(session, request, RecoveryIT.options(3)).plan();
    UserError error = assertThrows(UserError.class, () -> engine.run(plan));
    assertTrue(error.getMessage().startsWith("--output file:"), error.getMessage());
    assertFalse(Files.exists(output), "nothing written");
  }

  @Test
  void twoRanksAreToldAllThatIsMissing() {
    UserError error =
        assertThrows(
            UserError.class, () -> train(request(folder.resolve("two")).workers(2), 0, SILENT));
    for (String fault :
        List.of(
            "--workers 2 needs as many executors, but the master is local-cluster[1,1,1024]",
            "; spark.dynamicAllocation.enabled=true: ranks need",
            "; spark.speculation=true: a rank must run once",
            "; spark.task.reaper.enabled is not set")) {
      assertTrue(error.getMessage().contains(fault), error.getMessage());
    }
    assertEquals(1, error.getMessage().lines().count());
  }

  private static TrainingResult train(
      TestRequest request, int maxRestarts, TrainingListener listener) throws IOException {
    return new TrainingJob(session, request.build(), RecoveryIT.options(maxRestarts)).run(listener);
  }

  private static TestRequest request(Path output) {
    return TestRequest.onSample(output, STEPS).workers(1).checkpointEvery(20);
  }

  private static void assertSameEnd(Path output, String what) throws IOException {
    Checkpoints.assertSame(undisturbed, output, STEPS, what);
  }
}
