package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.SparkJvm;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.NetworkRequest;
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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two ranks in executor JVMs of their own: whatever happens to a run, it ends in the same bytes.
 */
class RecoveryIT {
  private static final long STEPS = 300;
  private static final String LEASE = ".semimeta.lease";
  private static final TrainingListener SILENT = new TrainingListeners(List.of());

  @TempDir private static Path folder;
  private static SparkSession session;
  private static Path undisturbed;

  @BeforeAll
  static void trainUndisturbed() throws IOException {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("RecoveryIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
            .set("spark.executor.memory", "1024m")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.task.reaper.enabled", "true");
    session = SparkSession.builder().config(conf).getOrCreate();
    undisturbed = folder.resolve("undisturbed");
    TrainingResult result = train(request(undisturbed), 0, SILENT);
    assertEquals(STEPS, result.step());
    assertEquals(0, result.restarts());
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  @Test
  void aRunInTwoPartsEqualsOne() throws IOException {
    Path output = folder.resolve("resumed");
    train(request(output).stopAt(130), 0, SILENT);
    train(request(output).resume(), 0, SILENT);
    assertSameEnd(output, "resumed at step 130");
  }

  /** The second part and the evaluation have but the output's copy of the file. */
  @Test
  void aTorchScriptFileTrainsResumesAndIsEvaluated() throws IOException {
    Path file = folder.resolve("network.pt");
    NetworkRequest network = new NetworkRequest("torchscript:" + file, 1);
    Path whole = folder.resolve("scripted");
    Path parts = folder.resolve("scripted-parts");
    Files.copy(TestNetworks.script("residual-10"), file);
    train(request(whole).network(network).stopAt(60), 0, SILENT);
    train(request(parts).network(network).stopAt(37), 0, SILENT);
    Files.delete(file);
    TestRequest rest = request(parts).network(network).resume().stopAt(60);
    train(rest, 0, SILENT);
    Checkpoints.assertSame(whole, parts, 60, "resumed at step 37");
    Evaluation evaluation =
        EvaluateJob.run(
            session,
            new EvaluateRequest(
                new org.apache.hadoop.fs.Path(parts.resolve("checkpoints/step-00000060").toUri()),
                new org.apache.hadoop.fs.Path(TestRequest.SAMPLE),
                "test",
                Optional.empty(),
                Optional.empty()));
    assertEquals(60, evaluation.step());
    assertTrue(evaluation.top1Error() < 0.85, "more than chance: " + evaluation.top1Error());

    Files.copy(TestNetworks.script("traced-plain"), file);
    assertRefused("--architecture (contents) (was ", rest);
    Files.write(parts.resolve("network.pt"), new byte[] {1});
    Files.delete(file);
    assertRefused("not a TorchScript file", rest);
  }

  private static void assertRefused(String reason, TestRequest request) {
    UserError error = assertThrows(UserError.class, () -> train(request, 0, SILENT));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @Test
  void aKilledExecutorChangesNothing() throws IOException {
    long seed = new Random().nextLong();
    killOnce("killed", seed);
  }

  @Test
  @Tag("long")
  void manyKilledExecutorsChangeNothing() throws IOException {
    long seed = new Random().nextLong();
    for (int i = 0; i < 5; i++) {
      killOnce("killed-" + i, seed + i);
    }
  }

  private static void killOnce(String name, long seed) throws IOException {
    Path output = folder.resolve(name);
    int step = 20 + new Random(seed).nextInt(150);
    TrainingResult result = train(request(output), 1, killAt(step));
    assertEquals(1, result.restarts(), "seed " + seed + ": killed at step " + step);
    assertSameEnd(output, "seed " + seed + ": killed at step " + step);
    assertEveryReportOnce(output);
  }

  @Test
  void aStoppedRunGoesOnToTheSameEnd() throws IOException {
    stopOnce("stopped", new Random().nextLong());
  }

  @Test
  @Tag("long")
  void manyStopsChangeNothing() throws IOException {
    long seed = new Random().nextLong();
    for (int i = 0; i < 10; i++) {
      stopOnce("stopped-" + i, seed + i);
    }
  }

  private static void stopOnce(String name, long seed) throws IOException {
    Path output = folder.resolve(name);
    int step = 1 + new Random(seed).nextInt(100);
    String what = "seed " + seed + ": stopped when step " + step + " was heard of";
    StopSignal stop = new StopSignal(Duration.ofMinutes(1));
    TrainingResult result =
        new TrainingJob(session, request(output).build(), options(0))
            .run(new AtStep(step, stop::ask), stop);
    assertTrue(result.step() >= step && result.step() < STEPS, what + ", at " + result.step());
    assertFalse(Files.exists(output.resolve("result.json")), what);
    train(request(output).resume(), 0, SILENT);
    assertSameEnd(output, what + ", at " + result.step());
    assertEveryReportOnce(output);
  }

  /** As by ranks whose step takes longer: the checkpoint before counts. */
  @Test
  void aStopThatTakesTooLongEndsWithoutACheckpoint() throws IOException {
    Path output = folder.resolve("impatient");
    StopSignal stop = new StopSignal(Duration.ZERO);
    TrainingResult result =
        new TrainingJob(session, request(output).build(), options(3))
            .run(new AtStep(60, stop::ask), stop);
    assertEquals(0, result.restarts());
    assertEquals(0, result.step() % 50, "the last periodic one, not " + result.step());
    train(request(output).resume(), 0, SILENT);
    assertSameEnd(output, "stopped at once");
  }

  @Test
  void withoutRestartsALostExecutorEndsTheRunAndResumeGoesOn() throws IOException {
    Path output = folder.resolve("lost");
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> train(request(output), 0, killAt(60)));
    assertTrue(failure.getMessage().contains("after 0 restarts; --resume"), failure.getMessage());
    awaitExecutors();
    train(request(output).resume(), 0, SILENT);
    assertSameEnd(output, "resumed after a lost executor");
  }

  /** Each fault comes after a new checkpoint: the count begins anew. */
  @Test
  void aRunThatComesFurtherBetweenFaultsGoesOn() throws IOException {
    Path output = folder.resolve("further");
    TrainingListener kills = new TrainingListeners(List.of(killAt(60), killAt(130)));
    TrainingResult result = train(request(output), 1, kills);
    assertEquals(2, result.restarts());
    assertSameEnd(output, "killed at steps 60 and 130");
  }

  /** Neither is the other rank blamed, nor is it tried again; later the run goes on. */
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
    String line = OutputException.messageIn(failure).orElseThrow(() -> new AssertionError(failure));
    assertTrue(
        line.endsWith(
            "/metrics.jsonl: no space left on device; make room there, then go on with --resume"
                + " auto"),
        line);
    assertEquals(List.of(), restarts);
    train(request(output).resume(RunRequest.Resume.AUTO), 0, SILENT);
    assertSameEnd(output, "once there was room");
  }

  @Test
  void changedOptionsAreRefusedByName() {
    assertRefused("--lr (was 0.05, now 0.07)", request(undisturbed).learningRate(0.07).resume());
  }

  @Test
  void divergenceIsNoReasonToRestart() {
    Path output = folder.resolve("diverged");
    assertThrows(
        DivergedException.class, () -> train(request(output).learningRate(1e30), 3, SILENT));
  }

  @Test
  void anOutputThatAnotherRunWritesToIsLeftAlone() throws IOException {
    Path output = folder.resolve("in-use");
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (LeasedOutput first =
        LeasedOutput.take(spark, "train", List.of(RunOutput.place(hadoop(output))), words -> {})) {
      assertRefused(": in use by train on ", request(output));
      assertRefused(", application " + spark.sc().applicationId() + ", since ", request(output));
      assertEquals(List.of(LEASE), namesIn(output));
    }
    assertEquals(List.of(), List.of(output.toFile().list()));
  }

  /** Leaves out the file that a renewal writes beside the lease, and renames. */
  private static List<String> namesIn(Path output) {
    return Stream.of(output.toFile().list()).filter(name -> !name.startsWith(LEASE + ".")).toList();
  }

  @Test
  void aRunWhoseOutputWasTakenOverEndsAndWritesNoMore() throws IOException {
    Path output = folder.resolve("taken-over");
    String single =
        "{'holder': 'b', 'renewals': 7, 'command': 'train', 'host': 'h2', 'application': 'app-2',"
            + " 'since': '2026-01-02T03:04:05Z', 'pid': 1, 'pid_space': ''}";
    String other = single.replace('\'', '"');
    Path lease = output.resolve(LEASE);
    TrainingListener takeOver =
        new TrainingListener() {
          @Override
          public void onStep(long step) {
            if (step >= 20) { // again and again: a renewal that has just begun replaces it
              replace(lease, other);
            }
          }
        };
    UserError failure = assertThrows(UserError.class, () -> train(request(output), 3, takeOver));
    assertTrue(failure.getMessage().contains(": taken over by train on h2, "), "" + failure);
    assertEquals(other, Files.readString(lease), "is not released");
    assertFalse(Files.exists(output.resolve("result.json")));
    assertFalse(Files.exists(output.resolve("checkpoints/step-00000300")));
  }

  /** Whoever reads the file meanwhile finds the whole text, or the one before. */
  private static void replace(Path file, String text) {
    try {
      Path whole = Files.writeString(folder.resolve("whole.tmp"), text);
      Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Even if it is there, and newer. */
  @Test
  void aRestartTakesNoCheckpointOfAnotherRun() throws IOException {
    Path other = folder.resolve("other");
    train(request(other).learningRate(0.07).stopAt(250), 0, SILENT);
    Path output = folder.resolve("mixed-up");
    Runnable mixUp =
        () -> {
          try {
            Path step = Path.of("checkpoints/step-00000250");
            Path copy = folder.resolve("copy");
            FileUtils.copyDirectory(other.resolve(step).toFile(), copy.toFile());
            Files.createDirectories(output.resolve(step).getParent());
            Files.move(copy, output.resolve(step), StandardCopyOption.ATOMIC_MOVE);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          SparkJvm.executor().kill(); // when all of it is there, since the driver looks at once
        };
    UserError failure =
        assertThrows(UserError.class, () -> train(request(output), 3, new AtStep(20, mixUp)));
    String line = "step 250 is another run's, with other options: --lr (was 0.07, now 0.05); ";
    assertTrue(failure.getMessage().contains(line), failure.getMessage());
    awaitExecutors();
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path(path.toUri());
  }

  /** A folder that cannot be made fails the first checkpoint on rank 0, each time. */
  @Test
  void whatFailsTwiceInTheSameWayIsNotTriedAgain() throws IOException {
    Path output = folder.resolve("unwritable");
    Files.createDirectory(output);
    Files.writeString(output.resolve("tensorboard"), "a file where a folder must be");
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> train(request(output), 3, SILENT));
    assertTrue(failure.getMessage().startsWith("training failed twice from step 0 "), failure + "");
    assertTrue(failure.getMessage().contains("tensorboard"), failure.getMessage());
  }

  /** As where each host has a disk of its own: the file that the driver writes first is missing. */
  @Test
  void anOutputThatRankZeroDoesNotSeeIsRefused() throws IOException {
    Path output = folder.resolve("unseen");
    TrainingRequest request = request(output).build();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    TrainingData data = TrainingData.read(spark, request.data(), request.method(), request.seed());
    TrainingEngine engine =
        BarrierEngine.KIND.create(
            data.records(spark, 2, request.seed(), request.method()),
            options(3),
            SILENT,
            new StopSignal(Duration.ZERO));
    TrainingPlan plan = new TrainingJob(session, request, options(3)).plan();
    UserError error = assertThrows(UserError.class, () -> engine.run(plan));
    assertTrue(error.getMessage().startsWith("--output file:"), error.getMessage());
    assertFalse(Files.exists(output), "nothing written");
  }

  static TrainingListener killAt(long step) {
    return new AtStep(step, () -> SparkJvm.executor().kill());
  }

  static EngineOptions options(int maxRestarts) {
    return new EngineOptions(
        EngineKind.BARRIER, maxRestarts, Duration.ofMinutes(1), Duration.ofMinutes(1));
  }

  private static TrainingResult train(
      TestRequest request, int maxRestarts, TrainingListener listener) throws IOException {
    return new TrainingJob(session, request.build(), options(maxRestarts)).run(listener);
  }

  private static TestRequest request(Path output) {
    return TestRequest.onSample(output, STEPS)
        .milestone(200)
        .checkpointEvery(50)
        .validateEvery(100);
  }

  private static void assertSameEnd(Path output, String what) throws IOException {
    Checkpoints.assertSame(undisturbed, output, STEPS, what);
  }

  /** A restarted run repeats steps; its figures must not. */
  private static void assertEveryReportOnce(Path output) throws IOException {
    List<Long> steps = Reports.trainingSteps(output);
    assertEquals(LongStream.rangeClosed(1, STEPS / 10).mapToObj(i -> 10 * i).toList(), steps);
  }

  private static void awaitExecutors() {
    try {
      while (session.sparkContext().statusTracker().getExecutorInfos().length < 3) {
        Thread.sleep(100);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
