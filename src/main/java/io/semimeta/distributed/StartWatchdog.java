package io.semimeta.distributed;

import io.semimeta.UserError;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.SparkStageInfo;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Cancels a barrier stage that does not get its task slots: Spark itself would wait without an end.
 */
final class StartWatchdog implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(StartWatchdog.class);
  private static final Duration FIRST_WORD = Duration.ofSeconds(20);

  private final JavaSparkContext spark;
  private final String jobGroup;
  private final int ranks;
  private final Duration timeout;
  private final long begun = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "semimeta-start-watchdog");
            thread.setDaemon(true);
            return thread;
          });
  private volatile boolean expired;
  private boolean told;

  StartWatchdog(JavaSparkContext spark, String jobGroup, int ranks, Duration timeout) {
    this.spark = spark;
    this.jobGroup = jobGroup;
    this.ranks = ranks;
    this.timeout = timeout;
    timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  private void look() {
    if (hasStarted()) {
      timer.shutdown();
      return;
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - begun);
    if (waited.compareTo(FIRST_WORD) > 0 && !told) {
      told = true;
      LOG.warn("still waiting for executors: {}", need());
    }
    if (waited.compareTo(timeout) > 0) {
      expired = true;
      spark.cancelJobGroup(jobGroup);
      timer.shutdown();
    }
  }

  private boolean hasStarted() {
    for (int job : spark.statusTracker().getJobIdsForGroup(jobGroup)) {
      for (int stage :
          Optional.ofNullable(spark.statusTracker().getJobInfo(job))
              .map(info -> info.stageIds())
              .orElse(new int[0])) {
        SparkStageInfo info = spark.statusTracker().getStageInfo(stage);
        if (info != null && info.numActiveTasks() + info.numCompletedTasks() > 0) {
          return true;
        }
      }
    }
    return false;
  }

  private String need() {
    // Spark lists the driver among the executors.
    int executors = spark.sc().statusTracker().getExecutorInfos().length - 1;
    return "%d ranks need an executor each with all its cores free at the same time; there are %d executors"
        .formatted(ranks, executors);
  }

  /** What to tell the user where the stage was cancelled because it did not start. */
  Optional<UserError> failure() {
    return expired
        ? Optional.of(
            new UserError(
                "the ranks did not start within %d s: %s; ask for fewer --workers, free the cluster, or raise --start-timeout"
                    .formatted(timeout.toSeconds(), need())))
        : Optional.empty();
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
