package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cli.options.ClusterOptions;
import io.semimeta.cli.options.DataOptions;
import io.semimeta.cli.options.MethodOptions;
import io.semimeta.cli.options.NetworkOptions;
import io.semimeta.cli.options.OptimizerOptions;
import io.semimeta.cli.options.RunOptions;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.cli.summary.TrainingReport;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.Resources;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.TrainingCheck;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.report.EndOfRun;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command {@code semimeta train} trains a network. */
@Command(
    name = "train",
    customSynopsis = "semimeta train --data=URI --output=URI [OPTIONS]",
    description = "Train a network from few labelled and many unlabelled images.",
    footerHeading = "%nExample%n",
    footer = {
      "  bin/semimeta train --data data/images --output runs/first --mix-up --width 0.25 \\",
      "    --batch-size 16 --total-steps 400 --schedule cosine --warmup 50 --workers 2"
    })
public final class TrainCommand implements Callable<Integer>, Checked {
  private static final String LAST_COUNTS = "the last checkpoint counts";
  private static final String BEFORE_TRAINING =
      "training had not begun, and nothing has changed in the output";

  private static final long SECONDS_TO_LOOK = 2;

  @Spec private CommandSpec spec;

  @Mixin private DataOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private MethodOptions method;
  @Mixin private OptimizerOptions optimizer;
  @Mixin private RunOptions run;
  @Mixin private ClusterOptions workers;

  @Override
  public Optional<Resources> asked() {
    return Optional.of(workers.resources());
  }

  @Override
  public void checkOptions(Cluster cluster) {
    TrainingCheck.requireSettings(request(), workers.engine(), cluster);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    TrainingCheck.requireFiles(request(), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption interruption = Interruption.of(spec, BEFORE_TRAINING);
    TrainingRequest request = request();
    EngineOptions engine = workers.engine();
    StopSignal stop = workers.stopRequest();
    SparkConf conf = new SparkConf();
    Cluster cluster = check(conf);
    request.schedule().remarks().forEach(this::warn);
    EngineKind.named(engine.engine()).missing(cluster).forEach(conf::set);
    cluster.contradictions().forEach(this::warn);
    try (SparkSession spark = Sessions.start(session(conf))) {
      data.verify(spark);
      TrainingJob job =
          new TrainingJob(spark, request, engine, cluster).begunBy(NextCommand.typed(spec));
      TrainingReport report = new TrainingReport(spec.commandLine().getOut());
      report.plan(job);
      if (run.dryRun) {
        report.settings(cluster.describe());
        return 0;
      }
      TrainingResult result;
      try (TrainingProgress progress = new TrainingProgress(job)) {
        listen(interruption, stop, job, progress, conf);
        result = job.run(progress, stop);
      }
      interruption.stopsNoMore("training had ended, and its checkpoints are kept");
      if (result.step() < job.plan().run().stopAt()) {
        report.stopped(job, result, stop.lastStep(), next(result.step() == 0, "--resume"));
        return interruption.status();
      }
      String images = request.data().data();
      EndOfRun.Seen seen = RunEnd.look(spark, job, new Path(images));
      report.result(
          job,
          result,
          seen.figures(),
          seen.page().map(ShownPath::of),
          NextCommand.of("evaluate", "--checkpoint", run.request().output(), "--data", images));
      return 0;
    }
  }

  /**
   * Lets signals stop the run. A driver on YARN is killed too soon after one for a checkpoint, or
   * even for a look at what there is.
   */
  private void listen(
      Interruption interruption,
      StopSignal stop,
      TrainingJob job,
      TrainingProgress progress,
      SparkConf conf) {
    String next = "; next: " + next(false, "--resume", "auto");
    if (conf.get("spark.master", "").equals("yarn") && isInCluster(conf)) {
      interruption.endsWith(() -> LAST_COUNTS + next);
    } else {
      interruption.endsWith(() -> kept(job, stop) + next);
      interruption.stops(stop, progress::println);
    }
  }

  /** Says what an end at once leaves in the output, which may be a store that does not answer. */
  private static String kept(TrainingJob job, StopSignal stop) {
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
    return String.format(
        Locale.ROOT,
        "the checkpoint of step %,d%s is kept",
        last.getAsLong(),
        last.getAsLong() == job.firstStep() ? ", which it began from," : "");
  }

  /**
   * Returns the line that goes on from here.
   *
   * @param anew whether the run begins once more, because nothing is kept
   * @param resume the words that make the user's line resume, if it does not as it stands
   */
  private String next(boolean anew, String... resume) {
    return NextCommand.again(spec, anew || run.resumes() ? new String[0] : resume);
  }

  private static boolean isInCluster(SparkConf conf) {
    return "cluster".equals(conf.get("spark.submit.deployMode", ""));
  }

  /** Returns the session's settings; a dry run has the driver alone, whatever the master. */
  private SparkConf session(SparkConf conf) {
    SparkConf own = conf.clone().setIfMissing("spark.app.name", "semimeta train");
    if (run.dryRun) {
      if (isInCluster(conf)) {
        throw new UserError("--dry-run needs --deploy-mode client, or bin/semimeta");
      }
      own.setMaster("local[*]").set("spark.ui.enabled", "false").set("spark.task.cpus", "1");
    }
    return own;
  }

  private void warn(String line) {
    spec.commandLine().getErr().println("semimeta: " + line);
  }

  public boolean isDryRun() {
    return run.dryRun;
  }

  /** Estimates what a rank needs, as far as the data set's manifest tells. */
  public Optional<MemoryEstimate> memory(Configuration conf) {
    return MemoryEstimate.of(request(), conf);
  }

  TrainingRequest request() {
    workers.resources(); // refuses wrong values
    if (!Set.of("auto", "cpu", "cuda").contains(workers.device)) {
      throw new UserError("--device %s: must be auto, cpu or cuda".formatted(workers.device));
    }
    return new TrainingRequest(
        data.request(),
        data.batch(),
        network.request(),
        method.plan(),
        optimizer.schedule(),
        optimizer.sgd(),
        workers.device,
        data.seed,
        workers.workers,
        run.request());
  }
}
