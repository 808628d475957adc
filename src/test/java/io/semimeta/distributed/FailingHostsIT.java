package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.plan.TestRequest;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.status.AppStatusStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Executors that cannot unpack their native libraries. */
class FailingHostsIT {
  private static final long STEPS = 20;

  @TempDir Path folder;
  private Path natives;

  /** Spark puts the executor's number into its options; number 0 finds a file in its place. */
  @BeforeEach
  void spoilTheFirst() throws IOException {
    natives = Files.createDirectory(folder.resolve("natives"));
    Files.createFile(folder.resolve("natives-0"));
    for (int i = 1; i < 6; i++) {
      Files.createSymbolicLink(folder.resolve("natives-" + i), natives);
    }
  }

  /**
   * Starts one whose first executor has come up. Another test's cluster that begins in the same
   * second has the same application id, so that both want the same folders; Spark then starts other
   * executors in the place of those that found theirs taken.
   */
  private SparkSession session(String place) throws IOException, InterruptedException {
    while (true) {
      SparkSession session = start(place);
      while (session.sparkContext().statusTracker().getExecutorInfos().length < 3) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      AppStatusStore known = session.sparkContext().statusStore();
      if (known.executorList(true).exists(executor -> executor.id().equals("0"))) {
        return session;
      }
      session.close();
    }
  }

  private SparkSession start(String place) {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("FailingHostsIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
            .set(
                "spark.executor.extraJavaOptions",
                "-Dorg.bytedeco.javacpp.cachedir=" + folder.resolve(place))
            .set("spark.executor.memory", "1024m")
            .set("spark.task.reaper.enabled", "true");
    return SparkSession.builder().config(conf).getOrCreate();
  }

  private TrainingResult train(SparkSession session, Path output) throws IOException {
    return new TrainingJob(
            session, TestRequest.onSample(output, STEPS).build(), RecoveryIT.options(3))
        .run(new TrainingListeners(List.of()));
  }

  private static double topOneError(SparkSession session, Path run) throws IOException {
    return EvaluateJob.run(
            session,
            new EvaluateRequest(
                new org.apache.hadoop.fs.Path(run.toUri()),
                new org.apache.hadoop.fs.Path(TestRequest.SAMPLE),
                "test",
                Optional.empty(),
                Optional.empty()))
        .top1Error();
  }

  @Test
  void uselessExecutorsAreReplacedUntilThereIsNone() throws Exception {
    Path run = folder.resolve("run");
    try (SparkSession session = session("natives-{{EXECUTOR_ID}}")) {
      TrainingResult result = train(session, run);
      assertEquals(STEPS, result.step());
      assertEquals(1, result.restarts(), "one executor was replaced");
    }
    try (SparkSession session = session("natives-{{EXECUTOR_ID}}")) {
      assertTrue(topOneError(session, run) < 1, "what was sent there was done elsewhere");
    }
    try (SparkSession session = session("natives-0")) {
      Path none = folder.resolve("none");
      assertTold(assertThrows(UserError.class, () -> train(session, none)));
      assertFalse(Files.exists(none.resolve("checkpoints")));
      assertTold(assertThrows(UserError.class, () -> topOneError(session, run)));
    }
  }

  private void assertTold(UserError error) {
    String message = error.getMessage();
    assertEquals(1, message.lines().count(), message);
    assertTrue(
        message.contains("libtorch and OpenCV cannot be unpacked (" + folder.resolve("natives-0")),
        message);
    assertTrue(message.contains("-Dorg.bytedeco.javacpp.cachedir=FOLDER"), message);
  }
}
