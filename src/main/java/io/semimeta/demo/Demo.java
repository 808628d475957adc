package io.semimeta.demo;

import io.semimeta.UserError;
import io.semimeta.ablation.AblationJob;
import io.semimeta.ablation.AblationRun;
import io.semimeta.ablation.Row;
import io.semimeta.cluster.Cluster;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.files.DataFiles;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a small network on clothes from 40 labelled and 9,960 unlabelled images, by each of three
 * methods: the smallest ablation, of three rows and one seed. All have the same labels, network,
 * augmentation, schedule and number of steps.
 *
 * @param output the folder of everything
 */
public record Demo(SparkSession session, Request request, Path output) {
  private static final int LABELS = 40;
  private static final int GLOBAL_BATCH = 64;
  private static final long WARMUP = 100;
  private static final long CHECKPOINTS = 4;

  /**
   * Holds what can be chosen.
   *
   * @param output the folder for data, runs and summary; must not exist
   * @param workers the number of executors
   * @param totalSteps the steps of each run
   * @param seed the seed that draws the labelled images, and everything else
   */
  public record Request(String output, int workers, long totalSteps, long seed) {}

  public Demo(SparkSession session, Request request) {
    this(
        session,
        request,
        DataFiles.qualified(
            new Path(request.output()), session.sparkContext().hadoopConfiguration()));
  }

  /** Returns the three runs, in order. */
  public List<AblationRun> runs() {
    return runs(request, output);
  }

  /**
   * Returns the three runs of a request.
   *
   * @param output the folder for data, runs and summary, as all machines find it
   */
  public static List<AblationRun> runs(Request request, Path output) {
    return List.of(
        run("supervised", Row.LABELS_ONLY, request, output),
        run("supervised_mixup", Row.LABELS_MIXUP, request, output),
        run("semimeta", Row.BOTH, request, output));
  }

  /**
   * Unpacks the images, trains and evaluates each method in order.
   *
   * @throws UserError where the output exists already
   */
  public void run(AblationJob.Watch watch) throws IOException {
    SampleData.unpack(output, session.sparkContext().hadoopConfiguration());
    EngineOptions engine =
        new EngineOptions(EngineKind.BARRIER, 3, Duration.ofMinutes(2), Duration.ofMinutes(5));
    Cluster cluster = Cluster.of(session.sparkContext().conf(), request.workers());
    new AblationJob(session, engine, cluster, runs()).run(watch);
  }

  /** Returns the folder of the record files. */
  public Path dataFolder() {
    return SampleData.folder(output);
  }

  private static AblationRun run(String name, Row row, Request request, Path output) {
    long warmup = Math.min(WARMUP, request.totalSteps() / 2);
    ScheduleRequest schedule =
        ScheduleRequest.ofSteps(request.totalSteps())
            .withKind(ScheduleRequest.Kind.COSINE)
            .withWarmup(warmup)
            .withRamp(OptionalLong.of(warmup));
    RunRequest files =
        RunRequest.to(new Path(output, name).toString())
            .withCheckpointEvery(OptionalLong.of(Math.max(1, request.totalSteps() / CHECKPOINTS)))
            .withLogEvery(20)
            .withKeep(1);
    DataRequest data = DataRequest.drawn(SampleData.folder(output).toString(), LABELS, 0);
    TrainingRequest training =
        TrainingRequest.of(data, schedule, files)
            .withBatch(new BatchOptions(Math.max(1, GLOBAL_BATCH / request.workers()), 2, true))
            .withNetwork(new NetworkRequest("convlarge", 0.25))
            .withMethod(row.method(StepOptions.defaults(), 1))
            .withSeed(request.seed())
            .withWorkers(request.workers());
    return new AblationRun(name, row.title(), training);
  }
}
