package io.semimeta.bigdl;

import io.semimeta.UserError;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.RankRecords;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.StopSignal;
import io.semimeta.model.Placement.Precision;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.TrainingEngine;
import io.semimeta.training.TrainingListener;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Names the BigDL engine, sets what it needs, and refuses what it cannot do. */
public final class BigDl implements EngineKind {
  @Override
  public String name() {
    return BIGDL;
  }

  @Override
  public Map<String, String> settings(Cluster cluster) {
    Map<String, String> settings = new LinkedHashMap<>();
    // A task that runs again would begin its slice of the weights anew.
    settings.put("spark.task.maxFailures", "1");
    // BigDL asks for these settings itself; Spark 3 knows no others of its list.
    settings.put("spark.serializer", "org.apache.spark.serializer.JavaSerializer");
    settings.put("spark.shuffle.reduceLocality.enabled", "false");
    settings.put("spark.scheduler.minRegisteredResourcesRatio", "1.0");
    // A rank's tasks run where its images are, or not at all.
    settings.put("spark.locality.wait.process", "1h");
    if (!cluster.isLocal()) {
      // With all cores for one task, an executor runs one task, hence one rank, at a time.
      int cores =
          cluster
              .executorCores()
              .orElseThrow(
                  () ->
                      new UserError(
                          "--engine bigdl: spark.executor.cores is not set; set it to the cores of"
                              + " an executor"));
      settings.put("spark.task.cpus", Integer.toString(cores));
      if (!cluster.hasBarrier()) {
        // Its stages are plain ones, but a run has many, and its executors stay between them. What
        // Spark has off by default need not be set.
        Cluster.NEEDED.forEach(
            (name, value) -> {
              if (Boolean.parseBoolean(value) || cluster.conf().contains(name)) {
                settings.put(name, value);
              }
            });
      }
    }
    return settings;
  }

  @Override
  public void require(TrainingPlan plan, int ranks) {
    if (ranks > 1
        && plan.method().method() == StepOptions.Method.SEMIMETA
        && plan.method().scope() == StepOptions.Scope.GLOBAL) {
      throw new UserError(
          "--meta-scope global: BigDL has one all-reduce a step, and the labelled gradient would"
              + " need another; use --meta-scope local, or --engine barrier");
    }
    if (ranks > 1 && plan.network().syncBatchNorm()) {
      throw new UserError(
          "--sync-batch-norm: BigDL has one all-reduce a step, and batch statistics would need"
              + " others; use --engine barrier");
    }
    if (plan.network().placement().isCuda()) {
      throw new UserError("--device cuda: --engine bigdl runs on CPUs; use --engine barrier");
    }
    if (plan.network().placement().precision() != Precision.FLOAT32) {
      throw new UserError("BigDL exchanges float32 alone");
    }
    if (plan.run().stopAt() > Slices.MOST_UPDATES) {
      throw new UserError(
          "--engine bigdl counts at most %s steps; use --engine barrier"
              .formatted(Slices.MOST_UPDATES));
    }
  }

  @Override
  public TrainingEngine create(
      JavaRDD<RankRecords> records,
      EngineOptions options,
      TrainingListener listener,
      StopSignal stop) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(records.context());
    Cluster cluster = Cluster.of(spark.sc().conf(), records.getNumPartitions());
    return new BigDlEngine(records, options, listener, stop, spark, cluster);
  }
}
