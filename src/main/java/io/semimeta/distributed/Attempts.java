package io.semimeta.distributed;

import io.semimeta.HostError;
import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.StartWatchdog;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.jobs.JobNames;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Lets every engine outlive the loss of executors, by one attempt after the other, each from the
 * last committed checkpoint.
 *
 * @param listener hears of restarts
 * @param stop the request after which there is no other attempt
 */
public record Attempts(
    JavaSparkContext spark,
    Cluster cluster,
    EngineOptions options,
    TrainingListener listener,
    StopSignal stop) {
  private static final Logger LOG = LogManager.getLogger(Attempts.class);

  /** Finds that a person cancelled the job: in PySpark by Ctrl-C, or in Spark's UI. */
  private static final Pattern CANCELLED =
      Pattern.compile(
          "Job \\d+ cancelled(?:\\s*$| as part of cancellation of all jobs|.*killed via (?:the )?Web UI)");

  /** Makes one attempt to train to the plan's end. */
  @FunctionalInterface
  public interface Attempt {
    /**
     * Trains from a checkpoint, or from the beginning.
     *
     * @param jobGroup the group of the attempt's Spark jobs; no other attempt has the same
     * @throws LostAttemptException where another attempt may do better
     */
    TrainingResult from(Optional<Checkpoint> checkpoint, String jobGroup);
  }

  /**
   * Makes attempts until one reaches the end or has to stop; what the result tells is on disk.
   *
   * @throws UserError where trying again is of no use
   * @throws DivergedException where the weights are no longer finite
   */
  public TrainingResult run(TrainingPlan plan, Attempt attempt) {
    try (FailingHosts hosts = FailingHosts.watch(spark)) {
      return run(plan, attempt, hosts);
    }
  }

  private TrainingResult run(TrainingPlan plan, Attempt attempt, FailingHosts hosts) {
    Optional<FailedAttempt> before = Optional.empty();
    Optional<Checkpoint> from = lastCommitted(plan);
    Restarts count = new Restarts(options.maxRestarts(), step(from));
    while (!stop.isAsked()) {
      int heard = hosts.heard();
      int restarts = count.all();
      Set<String> executors = executors();
      long firstStep = step(from);
      String jobGroup = jobGroup(plan, restarts + 1);
      try (JobNames names =
              JobNames.grouped(spark, jobGroup, description(plan, firstStep, restarts + 1), true);
          StopSignal.Reaction limiting = stop.react(() -> limit(jobGroup))) {
        TrainingResult result = attempt.from(from, jobGroup);
        return new TrainingResult(
            result.step(), result.validations(), result.bestStep(), result.seconds(), restarts);
      } catch (LostAttemptException e) {
        if (ShutdownHookManager.get().isShutdownInProgress()) {
          throw e; // Spark has ended below it
        }
        from = lastCommitted(plan);
        if (stop.isAsked()) {
          if (step(from) < stop.lastStep()) { // it may fail after it has written one
            LOG.warn("no checkpoint of the last step was written: {}", stop.reason(e));
          }
          break;
        }
        count.reached(step(from));
        Optional<String> host = HostError.messageIn(e);
        if (host.isPresent()) {
          requireOthers(hosts, heard, host.get(), count);
        }
        if (count.isOver()) {
          throw new IllegalStateException(count.lastWords(), e);
        }
        awaitExecutors();
        FailedAttempt failed = new FailedAttempt(firstStep, e.getMessage(), executors);
        if (host.isEmpty()
            && before.filter(failed::equals).isPresent()
            && failed.isNoAccident(executors())) {
          throw new IllegalStateException(failed.twice(), e);
        }
        before = Optional.of(failed);
        count.add();
        LOG.warn("{}; restarting from the last checkpoint", e.getMessage());
        listener.onRestart(count.all());
      }
    }
    return kept(plan, from, count.all());
  }

  private static long step(Optional<Checkpoint> checkpoint) {
    return checkpoint.map(Checkpoint::step).orElse(0L);
  }

  /**
   * Waits until useless executors are gone.
   *
   * @param heard the number of failures heard of when the attempt began
   * @throws UserError where other executors will not do better
   */
  private void requireOthers(FailingHosts hosts, int heard, String message, Restarts count) {
    try {
      hosts.awaitReplaced(heard);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
    if (hosts.verdict().isPresent()) {
      throw hosts.verdict().get();
    }
    if (count.isOver()) {
      throw new UserError(message);
    }
  }

  /** Cancels an attempt that does not end by itself in time. */
  private void limit(String jobGroup) {
    CompletableFuture.delayedExecutor(
            stop.patience().toMillis(), TimeUnit.MILLISECONDS, Runnable::run)
        .execute(() -> spark.cancelJobGroup(jobGroup));
  }

  private static TrainingResult kept(TrainingPlan plan, Optional<Checkpoint> last, int restarts) {
    return last.map(of -> TrainingState.of(of, plan.run().output()))
        .map(state -> TrainingResult.of(state, restarts))
        .orElseGet(() -> new TrainingResult(0, List.of(), 0, 0, restarts));
  }

  /** Names an attempt's group; the time tells it from that of an earlier run that was resumed. */
  private static String jobGroup(TrainingPlan plan, int number) {
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    return "semimeta train %s, attempt %s at %s".formatted(plan.run().output(), number, now);
  }

  private static String description(TrainingPlan plan, long firstStep, int number) {
    return "train %s, steps %s to %s, attempt %s"
        .formatted(plan.network().architecture(), firstStep, plan.run().stopAt(), number);
  }

  /**
   * Holds what tells failures apart.
   *
   * @param firstStep the step of the checkpoint that the attempt began with
   * @param reason the failure's message
   * @param executors the executors at the attempt's beginning
   */
  private record FailedAttempt(long firstStep, String reason, Set<String> executors) {
    /** Tells whether a rank failed by itself: neither an executor nor a connection was lost. */
    boolean isNoAccident(Set<String> executorsNow) {
      return executors.equals(executorsNow)
          && !reason.startsWith(LostRankException.class.getName());
    }

    String twice() {
      return ("training failed twice from step %s in the same way (%s); put it right, and go on"
              + " with --resume")
          .formatted(firstStep, reason);
    }
  }

  /** Returns the addresses of the running executors; the driver is among them. */
  private Set<String> executors() {
    return Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
        .map(info -> info.host() + ":" + info.port())
        .collect(Collectors.toSet());
  }

  private Optional<Checkpoint> lastCommitted(TrainingPlan plan) {
    try {
      String output = plan.run().output();
      Optional<Checkpoint> last =
          new CheckpointStore(new Path(output), spark.hadoopConfiguration()).readLatest();
      last.map(of -> TrainingState.of(of, output))
          .ifPresent(state -> RunOutput.requireOwn(state, plan));
      return last;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for a lost executor's replacement, which takes a moment; Spark itself looks for slots
   * only every 15 s.
   */
  private void awaitExecutors() {
    long deadline = System.nanoTime() + options.startTimeout().toNanos();
    try {
      // This is long enough for the driver to hear of all executors that were lost together.
      Thread.sleep(1000);
      while (cluster.hasFixedExecutors()
          && !stop.isAsked()
          && executors().size() - 1 < cluster.ranks()
          && System.nanoTime() < deadline) {
        Thread.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
  }

  /** Tells whether a failed attempt is the user's to mend or worth another attempt. */
  public static RuntimeException explained(Exception failure, StartWatchdog watchdog) {
    if (watchdog.failure().isPresent()) {
      return watchdog.failure().get();
    }
    if (HostError.messageIn(failure).isPresent()) {
      return new LostAttemptException(failure);
    }
    if (CANCELLED.matcher(String.valueOf(failure.getMessage())).find()) {
      return new IllegalStateException(
          "Spark was told to cancel the training; go on with --resume", failure);
    }
    Optional<String> output = OutputException.messageIn(failure);
    if (output.isPresent()) {
      return new UncheckedIOException(
          new OutputException(output.get() + ", then go on with --resume auto", failure));
    }
    return UserError.messageIn(failure)
        .<RuntimeException>map(message -> new UserError(message, failure))
        .orElseGet(() -> new LostAttemptException(failure));
  }
}
