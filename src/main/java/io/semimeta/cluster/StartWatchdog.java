package io.semimeta.cluster;

import io.semimeta.DaemonThreads;
import io.semimeta.UserError;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.JavaSparkStatusTracker;

/**
 * Cancels jobs for which no executor comes, such as a barrier stage that does not get its task
 * slots: Spark itself would wait without an end.
 */
public final class StartWatchdog implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(StartWatchdog.class);
  private static final Duration FIRST_WORD = Duration.ofSeconds(20);

  private final JavaSparkContext spark;
  private final String jobGroup;
  private final int ranks;
  private final Duration timeout;
  private final long begun = System.nanoTime();
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("semimeta-start-watchdog"));
  private final BooleanSupplier started;
  private volatile UserError failure;
  private boolean told;

  private StartWatchdog(
      JavaSparkContext spark,
      String jobGroup,
      int ranks,
      Duration timeout,
      BooleanSupplier started) {
    this.spark = spark;
    this.jobGroup = jobGroup;
    this.ranks = ranks;
    this.timeout = timeout;
    this.started = started;
    var unused = timer.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /** Watches the ranks' stage, the one of its job group, from now on. */
  public static StartWatchdog ofRanks(
      JavaSparkContext spark, String jobGroup, int ranks, Duration timeout) {
    return new StartWatchdog(spark, jobGroup, ranks, timeout, () -> hasStarted(spark, jobGroup));
  }

  /**
   * Watches jobs that come before the ranks. They may wait for jobs of others, in the same
   * application too, but not where no executor comes.
   */
  public static StartWatchdog ofExecutors(
      JavaSparkContext spark, String jobGroup, int ranks, Duration timeout) {
    return new StartWatchdog(
        spark, jobGroup, ranks, timeout, () -> spark.isLocal() || executors(spark) > 0);
  }

  private void look() {
    try {
      look(() -> Duration.ofNanos(System.nanoTime() - begun), started);
    } catch (RuntimeException e) { // after which there would be no other look
      LOG.warn("cannot tell whether the ranks have started", e);
    }
  }

  /** Looks at the clock first: what starts between the two looks has started in time. */
  void look(Supplier<Duration> clock, BooleanSupplier started) {
    Duration waited = clock.get();
    if (started.getAsBoolean()) {
      timer.shutdown();
      return;
    }
    if (waited.compareTo(FIRST_WORD) > 0 && !told) {
      told = true;
      LOG.warn("still waiting for executors: {}", need());
    }
    if (waited.compareTo(timeout) > 0) {
      failure =
          new UserError(
              ("the ranks did not start within %s s: %s; ask for fewer --workers, free the"
                      + " cluster, or raise --start-timeout")
                  .formatted(timeout.toSeconds(), need()));
      spark.cancelJobGroup(jobGroup);
      timer.shutdown();
    }
  }

  private static boolean hasStarted(JavaSparkContext spark, String jobGroup) {
    JavaSparkStatusTracker tracker = spark.statusTracker();
    return Arrays.stream(tracker.getJobIdsForGroup(jobGroup))
        .mapToObj(tracker::getJobInfo)
        .filter(Objects::nonNull)
        .flatMapToInt(job -> Arrays.stream(job.stageIds()))
        .mapToObj(tracker::getStageInfo)
        .filter(Objects::nonNull)
        .anyMatch(stage -> stage.numActiveTasks() + stage.numCompletedTasks() > 0);
  }

  /** Counts them; Spark lists the driver among them. */
  private static int executors(JavaSparkContext spark) {
    return spark.sc().statusTracker().getExecutorInfos().length - 1;
  }

  private String need() {
    boolean pods = new SparkMaster(spark.master()).isKubernetes();
    Optional<String> reason =
        pods ? PendingPods.reason(spark.getConf(), spark.sc().applicationId()) : Optional.empty();
    return ("%s ranks need an executor each with all its cores free at the same time; there are %s"
            + " executors%s")
        .formatted(ranks, executors(spark), reason.map(words -> " (" + words + ")").orElse(""));
  }

  /** Returns the user's error where the jobs were cancelled because they did not start. */
  public Optional<UserError> failure() {
    return Optional.ofNullable(failure);
  }

  @Override
  public void close() {
    timer.shutdown();
  }
}
