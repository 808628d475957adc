package io.semimeta.ml;

import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.plan.TestRequest;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.spark.sql.SparkSession;

/** A program of somebody else's, which spark-submit starts: it trains with so many workers. */
public final class ForeignProgram {
  private ForeignProgram() {}

  public static void main(String[] args) throws IOException {
    int workers = Integer.parseInt(args[1]);
    SparkSession.Builder builder = SparkSession.builder().appName("foreign");
    try (SparkSession session =
        (workers == 1 ? builder : SemiMeta.session(builder)).getOrCreate()) {
      new TrainingJob(
              session,
              TestRequest.onSample(Path.of(args[0]), 4).workers(workers).build(),
              new EngineOptions(
                  EngineKind.BARRIER, 0, Duration.ofMinutes(1), Duration.ofMinutes(1)))
          .run(new TrainingListener() {});
    }
  }
}
