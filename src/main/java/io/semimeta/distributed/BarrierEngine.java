package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.RoleRecord;
import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingPlan;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.util.SerializableConfiguration;
import scala.reflect.ClassTag$;

/**
 * The default engine: one Spark barrier stage whose tasks, one an executor, are the ranks of a c10d
 * process group. Spark decides where they run and starts them anew when one is lost; between the
 * steps it is not asked.
 */
public final class BarrierEngine implements TrainingEngine {
  private static final Logger LOG = LogManager.getLogger(BarrierEngine.class);

  private final JavaRDD<RoleRecord> records;
  private final BarrierOptions options;
  private final TrainingListener listener;
  private final JavaSparkContext spark;
  private final int ranks;

  /**
   * Makes the engine of one run.
   *
   * @param records with one partition a rank
   * @param listener hears on the driver of the steps, figures and validations of rank 0
   */
  public BarrierEngine(
      JavaRDD<RoleRecord> records, BarrierOptions options, TrainingListener listener) {
    this.records = records;
    this.options = options;
    this.listener = listener;
    this.spark = JavaSparkContext.fromSparkContext(records.context());
    this.ranks = records.getNumPartitions();
  }

  @Override
  public TrainingResult run(TrainingPlan plan) {
    new ClusterSettings(spark.sc()).require(ranks);
    Optional<FailedAttempt> before = Optional.empty();
    for (int restarts = 0; ; restarts++) {
      long firstStep = lastCommittedStep(plan);
      Set<String> executors = executors();
      try {
        RankOutcome outcome = attempt(plan, firstStep);
        if (outcome.divergence().isPresent()) {
          throw new DivergedException(outcome.divergence().getAsLong());
        }
        return new TrainingResult(
            outcome.step(), outcome.validations(), outcome.bestStep(), outcome.seconds(), restarts);
      } catch (LostAttemptException e) {
        if (restarts == options.maxRestarts()) {
          throw new IllegalStateException(
              "training failed after %d restarts; --resume goes on from the last checkpoint"
                  .formatted(restarts),
              e);
        }
        awaitExecutors();
        FailedAttempt failed = new FailedAttempt(firstStep, e.getMessage(), executors);
        if (before.filter(failed::equals).isPresent() && failed.isNoAccident(executors())) {
          throw new IllegalStateException(
              "training failed twice from step %d in the same way (%s); put it right, and go on with --resume"
                  .formatted(firstStep, e.getMessage()),
              e);
        }
        before = Optional.of(failed);
        LOG.warn("{}; restarting from the last checkpoint", e.getMessage());
      }
    }
  }

  /**
   * What tells failures apart.
   *
   * @param firstStep of the checkpoint that the attempt began with
   * @param executors at its beginning
   */
  private record FailedAttempt(long firstStep, String reason, Set<String> executors) {
    /** Whether a rank failed by itself: no executor was lost, nor the way to it. */
    boolean isNoAccident(Set<String> executorsNow) {
      return executors.equals(executorsNow)
          && !reason.startsWith(LostRankException.class.getName());
    }
  }

  /** Those that run, by address; the driver is among them. */
  private Set<String> executors() {
    return Arrays.stream(spark.sc().statusTracker().getExecutorInfos())
        .map(info -> info.host() + ":" + info.port())
        .collect(Collectors.toSet());
  }

  private long lastCommittedStep(TrainingPlan plan) {
    try {
      Path output = new Path(plan.run().output());
      return new CheckpointStore(output, spark.hadoopConfiguration())
          .readLatest()
          .map(Checkpoint::step)
          .orElse(0L);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs the barrier stage once. */
  private RankOutcome attempt(TrainingPlan plan, long firstStep) {
    String jobGroup = "semimeta-" + UUID.randomUUID();
    ProgressAccumulator progress = new ProgressAccumulator();
    spark.sc().register(progress, "semimeta progress");
    ProgressReceiver receiver = new ProgressReceiver(progress, listener);
    RankTask task =
        new RankTask(
            plan,
            firstStep,
            new ClusterSettings(spark.sc()).threads(),
            options.callTimeout(),
            new SerializableConfiguration(spark.hadoopConfiguration()),
            progress);
    spark.sc().addSparkListener(receiver);
    spark.setJobGroup(jobGroup, "SemiMeta training, %d ranks".formatted(ranks), true);
    try (StartWatchdog watchdog =
        new StartWatchdog(spark, jobGroup, ranks, options.startTimeout())) {
      try {
        List<RankOutcome> outcomes = stage(task).collect();
        receiver.receive(progress.value());
        return outcomes.get(0);
      } catch (Exception e) { // SparkException is checked, but Scala does not declare it
        throw explained(e, watchdog);
      }
    } finally {
      spark.clearJobGroup();
      spark.sc().removeSparkListener(receiver);
    }
  }

  private JavaRDD<RankOutcome> stage(RankTask task) {
    return profiled()
        .rdd()
        .barrier()
        .mapPartitions(task, false, ClassTag$.MODULE$.<RankOutcome>apply(RankOutcome.class))
        .toJavaRDD();
  }

  /** Asks for an executor's cores all for one task, so that each executor holds one rank. */
  private JavaRDD<RoleRecord> profiled() {
    ClusterSettings settings = new ClusterSettings(spark.sc());
    OptionalInt cores = settings.executorCores();
    if (settings.isLocal() || cores.isEmpty()) {
      return records; // where the cores are not known, the rendezvous checks
    }
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores.getAsInt());
    if (settings.hasGpus()) {
      requests.resource("gpu", 1);
    }
    return records.withResources(new ResourceProfileBuilder().require(requests).build());
  }

  private static RuntimeException explained(Exception failure, StartWatchdog watchdog) {
    if (watchdog.failure().isPresent()) {
      return watchdog.failure().get();
    }
    return UserError.messageIn(failure)
        .<RuntimeException>map(message -> new UserError(message, failure))
        .orElseGet(() -> new LostAttemptException(failure));
  }

  /**
   * A lost executor takes a moment to be replaced; Spark's own look for slots comes only every 15
   * s.
   */
  private void awaitExecutors() {
    long deadline = System.nanoTime() + options.startTimeout().toNanos();
    boolean isLocal = new ClusterSettings(spark.sc()).isLocal();
    try {
      // Long enough for the driver to have heard of all that were lost together.
      Thread.sleep(1000);
      while (!isLocal && executors().size() - 1 < ranks && System.nanoTime() < deadline) {
        Thread.sleep(200);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for executors", e);
    }
  }
}
