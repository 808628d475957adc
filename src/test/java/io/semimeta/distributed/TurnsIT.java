package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.plan.TestRequest;
import io.semimeta.training.AtStep;
import io.semimeta.training.Phase;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two runs at once, on two executors that each wants both of. */
class TurnsIT {
  private static final long STEPS = 40;

  @TempDir private Path folder;

  private CompletableFuture<TrainingResult> start(
      SparkSession session, String name, TrainingListener listener) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return new TrainingJob(
                    session,
                    TestRequest.onSample(folder.resolve(name), STEPS).build(),
                    RecoveryIT.options(0))
                .run(listener);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        task -> new Thread(task, name).start());
  }

  /** The first goes on once the second has said that it waits. */
  @Test
  void theyTrainOneAfterTheOther() throws Exception {
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("TurnsIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar"))
            .set("spark.executor.memory", "1024m")
            .set("spark.executor.heartbeatInterval", "200ms")
            .set("spark.task.reaper.enabled", "true");
    try (SparkSession session = SparkSession.builder().config(conf).getOrCreate()) {
      CompletableFuture<Void> trains = new CompletableFuture<>();
      CompletableFuture<Void> waits = new CompletableFuture<>();
      CompletableFuture<TrainingResult> first =
          start(
              session,
              "first",
              new AtStep(
                  1,
                  () -> {
                    trains.complete(null);
                    waits.orTimeout(1, TimeUnit.MINUTES).join();
                  }));
      trains.get(2, TimeUnit.MINUTES);
      CompletableFuture<TrainingResult> second =
          start(
              session,
              "second",
              new TrainingListener() {
                @Override
                public void onPhase(Phase phase) {
                  if (phase.what().equals("waiting for another run of this application")) {
                    waits.complete(null);
                  }
                }
              });
      waits.get(1, TimeUnit.MINUTES);
      assertEquals(STEPS, first.get(2, TimeUnit.MINUTES).step());
      assertEquals(STEPS, second.get(2, TimeUnit.MINUTES).step());
      Checkpoints.assertSame(folder.resolve("first"), folder.resolve("second"), STEPS, "one seed");
    }
  }
}
