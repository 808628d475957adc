package io.semimeta.bigdl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.SparkJvm;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.cluster.Cluster;
import io.semimeta.console.HeardJobs;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.StandaloneCluster;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Scope;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TestRequest;
import io.semimeta.training.AtStep;
import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both engines on a standalone cluster of two workers: the same bytes, whatever happens. */
class BigDlIT {
  private static final long STEPS = 20;
  private static final TrainingListener SILENT = new TrainingListener() {};

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static SparkSession session;
  private static Path barrier;

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneCluster(folder);
    SparkConf conf = cluster.conf("BigDlIT").set("spark.executor.heartbeatInterval", "200ms");
    EngineKind.named(EngineKind.BIGDL).missing(Cluster.of(conf, 2)).forEach(conf::set);
    session = cluster.session(conf);
    barrier = folder.resolve("barrier");
    train(EngineKind.BARRIER, request(barrier, 2, Scope.LOCAL), 0, SILENT);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  @Test
  void twoExecutorsTrainTheSameBytesAsUnderTheDefaultEngine() throws IOException {
    Path output = folder.resolve("bigdl");
    Set<String> names = new TreeSet<>();
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (HeardJobs heard = new HeardJobs(spark)) {
      train(EngineKind.BIGDL, request(output, 2, Scope.LOCAL), 0, SILENT);
      heard.all().forEach(job -> names.add(String.valueOf(job.description())));
    }
    assertSame(barrier, output);
    assertEquals(figures(barrier), figures(output));
    names.removeIf(name -> name.matches("(collect the weights of|validate) step \\d+"));
    assertEquals(
        Set.of(
            "read record headers of train",
            "train convlarge, steps 0 to 20, attempt 1",
            "wait for executors",
            "load the ranks' images",
            "free the ranks' memory"),
        names);
  }

  @Test
  void oneExecutorTrainsTheSameBytesWithTheGlobalScope() throws IOException {
    Path expected = folder.resolve("barrier-1");
    Path output = folder.resolve("bigdl-1");
    train(EngineKind.BARRIER, request(expected, 1, Scope.GLOBAL), 0, SILENT);
    train(EngineKind.BIGDL, request(output, 1, Scope.GLOBAL), 0, SILENT);
    assertSame(expected, output);
    assertEquals(figures(expected), figures(output));
  }

  @Test
  void aRunGoesOnUnderTheOtherEngine() throws IOException {
    for (List<String> engines :
        List.of(
            List.of(EngineKind.BARRIER, EngineKind.BIGDL),
            List.of(EngineKind.BIGDL, EngineKind.BARRIER))) {
      Path output = folder.resolve("resumed-" + engines.get(1));
      train(engines.get(0), request(output, 2, Scope.LOCAL).stopAt(7), 0, SILENT);
      train(engines.get(1), request(output, 2, Scope.LOCAL).resume(), 0, SILENT);
      assertSame(barrier, output);
    }
  }

  @Test
  void aKilledExecutorChangesNothing() throws IOException {
    long seed = new Random().nextLong();
    int step = 2 + new Random(seed).nextInt(15);
    Path output = folder.resolve("killed");
    AtStep kill = new AtStep(step, () -> SparkJvm.executor().kill());
    TrainingResult result = train(EngineKind.BIGDL, request(output, 2, Scope.LOCAL), 1, kill);
    assertEquals(1, result.restarts(), "seed " + seed + ": killed after step " + step);
    assertSame(barrier, output);
    assertEquals(figures(barrier), figures(output), "seed " + seed);
  }

  /** At step 10 the validation is left to the run that goes on. */
  @Test
  void aStopChangesNothing() throws IOException {
    for (long step : new long[] {3, 10}) {
      Path output = folder.resolve("stopped-" + step);
      StopSignal stop = new StopSignal(Duration.ofMinutes(1));
      TrainingResult result =
          new TrainingJob(
                  session, request(output, 2, Scope.LOCAL).build(), options(EngineKind.BIGDL, 0))
              .run(new AtStep(step, stop::ask), stop);
      assertEquals(step, result.step());
      train(EngineKind.BIGDL, request(output, 2, Scope.LOCAL).resume(), 0, SILENT);
      assertSame(barrier, output);
      assertEquals(figures(barrier), figures(output), "stopped at " + step);
    }
  }

  @Test
  void divergenceIsNoReasonToRestart() {
    TestRequest request = request(folder.resolve("diverged"), 2, Scope.LOCAL).learningRate(1e30);
    assertThrows(DivergedException.class, () -> train(EngineKind.BIGDL, request, 3, SILENT));
  }

  @Test
  void theGlobalScopeIsRefusedForSeveralRanks() {
    UserError error =
        assertThrows(
            UserError.class,
            () ->
                train(
                    EngineKind.BIGDL,
                    request(folder.resolve("global"), 2, Scope.GLOBAL),
                    0,
                    SILENT));
    assertTrue(error.getMessage().contains("use --meta-scope local"), error.getMessage());
  }

  /** BigDL would send Spark's log to a file of its own, and warn at each step. */
  @Test
  void itsLogIsSparksOwnAndQuiet() throws IOException {
    train(EngineKind.BIGDL, request(folder.resolve("quiet"), 2, Scope.LOCAL), 0, SILENT);
    assertFalse(Files.exists(Path.of("bigdl.log")));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertFalse(file.endsWith("bigdl.log"), file.toString());
        if (file.endsWith("stderr")) {
          List<String> warnings =
              Files.readAllLines(file).stream()
                  .filter(line -> line.contains(" WARN "))
                  // A busy machine is late with heartbeats.
                  .filter(line -> !line.contains("heartbeater") && !line.contains("Ignoring"))
                  .toList();
          assertTrue(warnings.size() < STEPS, file + ": " + warnings);
        }
      }
    }
  }

  private static TrainingResult train(
      String engine, TestRequest request, int maxRestarts, TrainingListener listener)
      throws IOException {
    return new TrainingJob(session, request.build(), options(engine, maxRestarts)).run(listener);
  }

  private static EngineOptions options(String engine, int maxRestarts) {
    return new EngineOptions(engine, maxRestarts, Duration.ofMinutes(2), Duration.ofMinutes(2));
  }

  private static TestRequest request(Path output, int ranks, Scope scope) {
    return TestRequest.onSample(output, STEPS)
        .method(TestPlans.method(StepOptions.Method.SEMIMETA, scope))
        .milestone(12)
        .workers(ranks)
        .checkpointEvery(5)
        .validateEvery(10)
        .logEvery(5);
  }

  private static void assertSame(Path expected, Path output) throws IOException {
    Checkpoints.assertSame(expected, output, STEPS, "of " + output.getFileName());
  }

  /** Every row of figures, without what depends on the clock. */
  private static List<JsonNode> figures(Path output) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(output.resolve("metrics.jsonl"))) {
      ObjectNode row = (ObjectNode) new ObjectMapper().readTree(line);
      row.remove(
          List.of(
              "time",
              "images_per_second",
              "allreduce_seconds",
              "loader_wait_seconds",
              "busy_seconds"));
      rows.add(row);
    }
    return rows;
  }
}
