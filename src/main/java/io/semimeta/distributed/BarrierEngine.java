package io.semimeta.distributed;

import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.StartWatchdog;
import io.semimeta.data.RankRecords;
import io.semimeta.jobs.SingleTry;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.DivergedException;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import java.util.List;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.rdd.RDD;
import org.apache.spark.resource.ResourceProfileBuilder;
import org.apache.spark.resource.TaskResourceRequests;
import org.apache.spark.util.SerializableConfiguration;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/**
 * Trains in one Spark barrier stage whose tasks, one an executor, are the ranks of a c10d process
 * group; this is the default engine. One rank is a plain task, which any session can run. Spark
 * decides where the ranks run; it takes no part between the steps.
 *
 * @param records the ranks' records, one partition a rank
 * @param listener hears on the driver of the steps, metrics and validations of rank 0
 * @param stop the request by which the run ends early
 */
record BarrierEngine(
    JavaRDD<RankRecords> records,
    EngineOptions options,
    TrainingListener listener,
    StopSignal stop,
    JavaSparkContext spark,
    Cluster cluster)
    implements TrainingEngine {
  static final EngineKind KIND = new Kind();

  @Override
  public TrainingResult run(TrainingPlan plan) {
    cluster.require();
    return new Attempts(spark, cluster, options, listener, stop)
        .run(
            plan,
            (from, jobGroup) -> attempt(plan, from.map(Checkpoint::step).orElse(0L), jobGroup));
  }

  /** Runs the stage once. */
  private TrainingResult attempt(TrainingPlan plan, long firstStep, String jobGroup) {
    ProgressAccumulator progress = new ProgressAccumulator();
    spark.sc().register(progress, "semimeta progress");
    ProgressReceiver receiver = new ProgressReceiver(progress.id(), listener);
    spark.sc().addSparkListener(receiver);
    try (SingleTry single = SingleTry.of(spark.sc(), jobGroup);
        StopWord word = new StopWord(spark);
        StopSignal.Reaction saying = stop.react(word::say);
        StartWatchdog watchdog =
            StartWatchdog.ofRanks(spark, jobGroup, cluster.ranks(), options.startTimeout())) {
      stop.asks(word::isStepping);
      RankTask task =
          new RankTask(
              plan,
              firstStep,
              cluster.threads(),
              options.callTimeout(),
              new SerializableConfiguration(spark.hadoopConfiguration()),
              progress,
              word.id());
      try {
        List<RankOutcome> outcomes = stage(task).collect();
        receiver.receive(progress.value());
        return outcomes.get(0).result();
      } catch (DivergedException e) {
        throw e;
      } catch (Exception e) { // SparkException is checked, but Scala does not declare it
        if (e instanceof InterruptedException) { // Spark leaves the job running
          spark.cancelJobGroup(jobGroup);
          Thread.currentThread().interrupt();
          throw new IllegalStateException("interrupted while the ranks trained", e);
        }
        throw Attempts.explained(e, watchdog);
      }
    } finally {
      receiver.close();
      spark.sc().removeSparkListener(receiver);
    }
  }

  private JavaRDD<RankOutcome> stage(RankTask task) {
    RDD<RankRecords> ranks = profiled().rdd();
    ClassTag<RankOutcome> type = ClassTag$.MODULE$.apply(RankOutcome.class);
    return (cluster.hasBarrier()
            ? ranks.barrier().mapPartitions(task, false, type)
            : ranks.mapPartitions(task, false, type))
        .toJavaRDD();
  }

  /** Asks for an executor's cores all for one task, so that each executor holds one rank. */
  private JavaRDD<RankRecords> profiled() {
    OptionalInt cores = cluster.executorCores();
    if (!cluster.hasFixedExecutors() || cores.isEmpty()) {
      // Where the cores are not known, the rendezvous checks. Under dynamic allocation a profile of
      // its own would have Spark start executors of their own, beside those that are idle.
      return records;
    }
    TaskResourceRequests requests = new TaskResourceRequests().cpus(cores.getAsInt());
    if (cluster.hasGpus()) {
      requests.resource("gpu", 1);
    }
    return records.withResources(new ResourceProfileBuilder().require(requests).build());
  }

  private static final class Kind implements EngineKind {
    @Override
    public String name() {
      return BARRIER;
    }

    @Override
    public boolean hasOwnTraffic() {
      return true;
    }

    @Override
    public TrainingEngine create(
        JavaRDD<RankRecords> records,
        EngineOptions options,
        TrainingListener listener,
        StopSignal stop) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(records.context());
      Cluster cluster = Cluster.of(spark.sc().conf(), records.getNumPartitions());
      return new BarrierEngine(records, options, listener, stop, spark, cluster);
    }
  }
}
