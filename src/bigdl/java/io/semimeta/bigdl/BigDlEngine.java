package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.optim.DistriOptimizer;
import com.intel.analytics.bigdl.dllib.utils.Engine$;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.StartWatchdog;
import io.semimeta.data.RankRecords;
import io.semimeta.distributed.Attempts;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.RunOutput;
import io.semimeta.distributed.StopSignal;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.model.NativeLibrary;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Checkpointer;
import io.semimeta.training.DivergedException;
import io.semimeta.training.InitialWeights;
import io.semimeta.training.MetricsListener;
import io.semimeta.training.Phase;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.TrainingState;
import io.semimeta.training.metrics.MetricsFiles;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;
import scala.Function1;
import scala.collection.Iterator;
import scala.reflect.ClassTag$;

/**
 * Trains on BigDL's {@link DistriOptimizer}. BigDL exchanges gradients and weights; the step before
 * the exchange and the update after it are the default engine's code, and so are checkpoints,
 * metrics and recovery. BigDL's own checkpoints, validation, schedules and retries are not used.
 */
record BigDlEngine(
    JavaRDD<RankRecords> records,
    EngineOptions options,
    TrainingListener listener,
    StopSignal stop,
    JavaSparkContext spark,
    Cluster cluster)
    implements TrainingEngine {
  private static final Function1<Iterator<Integer>, Iterator<Integer>> UNCHANGED =
      (Function1<Iterator<Integer>, Iterator<Integer>> & Serializable) tasks -> tasks;

  @Override
  public TrainingResult run(TrainingPlan plan) {
    // BigDL's Engine.init reads these from the settings, but knows fewer masters. It gets one core,
    // because it would clone the model for each; libtorch uses the others.
    Engine$.MODULE$.setNodeAndCore(cluster.ranks(), 1);
    System.setProperty("bigdl.check.singleton", "true");
    return new Attempts(spark, cluster, options, listener, stop)
        .run(plan, (from, jobGroup) -> attempt(plan, from, jobGroup));
  }

  private TrainingResult attempt(TrainingPlan plan, Optional<Checkpoint> from, String jobGroup) {
    int threads = cluster.threads();
    NativeLibrary.load(threads);
    try (StartWatchdog watchdog =
            StartWatchdog.ofRanks(spark, jobGroup, cluster.ranks(), options.startTimeout());
        RunState state = new RunState(plan)) {
      try {
        Optional<TrainingState> before =
            Checkpointer.start(
                from,
                from.isEmpty()
                    ? InitialWeights.of(plan, spark.hadoopConfiguration())
                    : Optional.empty(),
                plan,
                state.model(),
                state.velocity());
        Start start = state.start(jobGroup, cluster.ranks(), threads, before);
        return optimize(plan, start, state, before);
      } catch (Exception e) { // SparkException is checked, but Scala does not declare it
        throw DivergedException.in(e)
            .<RuntimeException>map(diverged -> diverged)
            .orElseGet(() -> Attempts.explained(e, watchdog));
      }
    }
  }

  private TrainingResult optimize(
      TrainingPlan plan, Start start, RunState state, Optional<TrainingState> before)
      throws Exception {
    Broadcast<Start> broadcast = spark.broadcast(start);
    awaitSlots();
    listener.onPhase(Phase.now("loading images"));
    JavaRDD<Integer> loaded = load(broadcast);
    listener.onPhase(Phase.now("first step"));
    try {
      CollectionAccumulator<MeasuredStep> metrics =
          spark.sc().collectionAccumulator("semimeta metrics");
      Checkpointer checkpointer =
          new Checkpointer(
              new CheckpointStore(new Path(plan.run().output()), spark.hadoopConfiguration()),
              plan.run().keep());
      TrainingListener told = listener(plan, start);
      BetweenSteps between =
          new BetweenSteps(plan, start, loaded, state, metrics, checkpointer, told, stop, before);
      DistriOptimizer<Object> optimizer =
          new DistriOptimizer<>(
              new ReplicaModule(state.marked(start)),
              new RankDataSet(loaded, plan.imagesOfStep(), metrics),
              new LossCriterion(),
              Numeric.FLOAT,
              Numeric.ARITHMETIC);
      optimizer.setCompressType("none"); // by default it cuts to 16 bits
      optimizer.setOptimMethod(new SliceSgd());
      optimizer.setEndWhen(between);
      try {
        optimizer.optimize();
      } catch (Exception e) { // checked, but Scala does not declare it
        DivergedException.in(e).ifPresent(diverged -> told.onDivergence());
        throw e;
      }
      try (JobNames names = JobNames.described(spark, "free the ranks' memory")) {
        loaded.foreachPartition(rank -> BigDlRank.unload());
      }
      return between.result();
    } finally {
      forgetModels();
      loaded.unpersist();
      broadcast.destroy();
    }
  }

  /**
   * Waits until every executor takes tasks. An executor that replaces a lost one registers before
   * it takes tasks; until it does, another rank's executor would load its rank's images. Barrier
   * tasks start together or not at all.
   */
  private void awaitSlots() {
    List<Integer> each = IntStream.range(0, cluster.ranks()).boxed().toList();
    try (JobNames names = JobNames.described(spark, "wait for executors")) {
      spark
          .parallelize(each, each.size())
          .rdd()
          .barrier()
          .mapPartitions(UNCHANGED, false, ClassTag$.MODULE$.<Integer>apply(Integer.class))
          .count();
    }
  }

  /** Reads each rank's images on the executor that keeps them. */
  private JavaRDD<Integer> load(Broadcast<Start> start) {
    JavaRDD<Integer> loaded =
        records
            .mapPartitions(
                images -> {
                  int rank = TaskContext.getPartitionId();
                  // One thread sums a slice from end to end or not at all: see Slices.
                  System.setProperty("bigdl.utils.Engine.defaultPoolSize", "1");
                  Engine$.MODULE$.resetSingletonFlag();
                  BigDlRank.load(start.value(), rank, images.next());
                  return List.of(rank).iterator();
                })
            .setName("semimeta ranks")
            .persist(StorageLevel.MEMORY_ONLY());
    try (JobNames names = JobNames.described(spark, "load the ranks' images")) {
      loaded.count();
    }
    return loaded;
  }

  private TrainingListener listener(TrainingPlan plan, Start start) throws IOException {
    Path output = new Path(plan.run().output());
    Runnable guard = LeasedOutput.guard(spark, RunOutput.place(output));
    guard.run();
    MetricsFiles files =
        MetricsFiles.resume(output, spark.hadoopConfiguration(), start.updates()).guardedBy(guard);
    return new TrainingListeners(List.of(new MetricsListener(files), listener));
  }

  /** Drops the RDD of models that BigDL leaves behind when it fails. */
  private void forgetModels() {
    spark
        .getPersistentRDDs()
        .values()
        .forEach(
            rdd -> {
              if ("Thread Model RDD".equals(rdd.name())) {
                rdd.unpersist();
              }
            });
  }
}
