package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.SparkJvm;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.AtStep;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that say nothing: frozen ones, and those that never come. */
class StandaloneIT {
  private static final long STEPS = 300;
  private static final TrainingListener SILENT = new TrainingListener() {};

  @TempDir private static Path folder;
  private static StandaloneCluster cluster;
  private static SparkSession session;

  @BeforeAll
  static void start() throws Exception {
    cluster = new StandaloneCluster(folder);
    SparkConf conf =
        cluster
            .conf("StandaloneIT")
            .set("spark.executor.heartbeatInterval", "500ms")
            // Two and one minute by default: how long an executor may be silent.
            .set("spark.network.timeout", "8s")
            .set("spark.network.timeoutInterval", "1s")
            .set("spark.barrier.sync.timeout", "10");
    session = cluster.session(conf);
  }

  @AfterAll
  static void stop() {
    if (cluster != null) {
      cluster.close();
    }
  }

  private static TrainingResult train(Path output, Duration startTimeout, TrainingListener listener)
      throws IOException {
    return job(output, startTimeout, RunRequest.Resume.NO).run(listener);
  }

  private static TrainingJob job(Path output, Duration startTimeout, RunRequest.Resume resume)
      throws IOException {
    TrainingRequest request =
        TestRequest.onSample(output, STEPS).checkpointEvery(50).resume(resume).build();
    EngineOptions options =
        new EngineOptions(EngineKind.BARRIER, 4, startTimeout, Duration.ofSeconds(5));
    return new TrainingJob(session, request, options);
  }

  @Test
  void aFrozenExecutorAndAStopChangeNothing() throws IOException {
    Duration patient = Duration.ofMinutes(2);
    Path undisturbed = folder.resolve("undisturbed");
    train(undisturbed, patient, SILENT);
    Path frozen = folder.resolve("frozen");
    AtStep afterTheFirstCheckpoint = new AtStep(51, () -> SparkJvm.executor().freeze());
    TrainingResult result = train(frozen, patient, afterTheFirstCheckpoint);
    assertEquals(STEPS, result.step());
    assertTrue(result.restarts() >= 1);
    Checkpoints.assertSame(undisturbed, frozen, STEPS, "with a frozen executor");

    Path stopped = folder.resolve("stopped");
    StopSignal stop = new StopSignal(Duration.ofMinutes(1));
    long step =
        job(stopped, patient, RunRequest.Resume.AUTO).run(new AtStep(1, stop::ask), stop).step();
    assertTrue(step >= 1 && step < STEPS, "stopped at " + step);
    job(stopped, patient, RunRequest.Resume.AUTO).run(SILENT);
    Checkpoints.assertSame(undisturbed, stopped, STEPS, "stopped at " + step);
  }

  @Test
  void slotsThatDoNotComeAreNamed() throws Exception {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    JavaFutureAction<List<String>> other =
        spark.parallelize(List.of(1), 1).pipe("sleep 15").collectAsync();
    Path output = folder.resolve("waiting");
    UserError error =
        assertThrows(UserError.class, () -> train(output, Duration.ofSeconds(4), SILENT));
    other.cancel(true);
    String message = error.getMessage();
    assertTrue(message.startsWith("the ranks did not start within 4 s: 2 ranks need"), message);
    assertTrue(message.endsWith("or raise --start-timeout"), message);
  }
}
