package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.TrainingJob;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.spark.SparkConf;

/**
 * Lets signals stop a training run, and says what an end leaves of it.
 *
 * @param job the run
 * @param stop asks it to end
 */
record StoppedTraining(TrainingJob job, StopSignal stop) {
  private static final String LAST_COUNTS = "the last checkpoint counts";
  private static final long SECONDS_TO_LOOK = 2;

  /**
   * Lets signals stop the run. A driver on YARN is killed too soon after one for a checkpoint, or
   * even for a look at what there is.
   *
   * @param next the line that goes on from here
   */
  void listen(Interruption interruption, TrainingProgress progress, SparkConf conf, String next) {
    if (conf.get("spark.master", "").equals("yarn") && isInCluster(conf)) {
      interruption.endsWith(() -> LAST_COUNTS + "; next: " + next);
    } else {
      interruption.endsWith(() -> kept() + "; next: " + next);
      interruption.stops(stop, progress::println);
    }
  }

  /** Tells whether the driver is to be on the cluster. */
  static boolean isInCluster(SparkConf conf) {
    return "cluster".equals(conf.get("spark.submit.deployMode", ""));
  }

  /** Says what an end at once leaves in the output, which may be a store that does not answer. */
  private String kept() {
    OptionalLong last;
    try {
      last =
          ForkJoinPool.commonPool()
              .submit(job::lastCheckpoint)
              .get(SECONDS_TO_LOOK, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      return LAST_COUNTS;
    }
    if (last.isEmpty()) {
      boolean stepped = stop.isStepping() || stop.lastStep() > 0;
      return stepped ? "there was no checkpoint yet" : "no step was made";
    }
    return Shown.format(
        "the checkpoint of step %,d%s is kept",
        last.getAsLong(), last.getAsLong() == job.firstStep() ? ", which it began from," : "");
  }
}
