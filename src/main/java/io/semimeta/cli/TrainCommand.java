package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.cli.options.ClusterOptions;
import io.semimeta.cli.options.DataOptions;
import io.semimeta.cli.options.MethodOptions;
import io.semimeta.cli.options.NetworkOptions;
import io.semimeta.cli.options.OptimizerOptions;
import io.semimeta.cli.options.RunOptions;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.RankMemory;
import io.semimeta.cluster.ResourceCheck;
import io.semimeta.cluster.Resources;
import io.semimeta.cluster.SparkSettings;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.TrainingCheck;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
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
  private static final String BEFORE_TRAINING =
      "training had not begun, and nothing has changed in the output";

  @Spec private CommandSpec spec;

  @Mixin private DataOptions data;
  @Mixin private NetworkOptions network;
  @Mixin private MethodOptions method;
  @Mixin private OptimizerOptions optimizer;
  @Mixin private RunOptions run;
  @Mixin private ClusterOptions cluster;

  @Override
  public void checkOptions(SparkSettings conf) {
    TrainingCheck.requireSettings(request(), cluster.engine(), cluster.resources(), conf);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    TrainingCheck.requireFiles(request(), conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption interruption = Interruption.of(spec, BEFORE_TRAINING);
    TrainingRequest request = request();
    EngineOptions engine = cluster.engine();
    StopSignal stop = cluster.stopRequest();
    SparkConf conf = new SparkConf();
    check(conf);
    request.schedule().remarks().forEach(this::warn);
    EngineKind.named(engine.engine()).missing(conf).forEach(conf::set);
    String master = conf.get("spark.master", "local");
    Resources asked = cluster.resources();
    ResourceCheck resources = new ResourceCheck(master, conf);
    resources.compare(asked).forEach(this::warn);
    try (SparkSession spark = Sessions.start(session(conf))) {
      data.verify(spark);
      TrainingJob job = new TrainingJob(spark, request, engine, master, conf);
      job.memory().flatMap(need -> resources.requireMemory(need, asked)).ifPresent(this::warn);
      TrainingReport report = new TrainingReport(spec.commandLine().getOut());
      report.plan(job);
      if (run.dryRun) {
        report.settings(resources.describe());
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
      report.result(
          job,
          result,
          TestError.measure(spark, job, new Path(images)),
          NextCommand.of("evaluate", "--checkpoint", run.request().output(), "--data", images));
      return 0;
    }
  }

  /** Lets signals stop the run; a driver on YARN is killed too soon after one for a checkpoint. */
  private void listen(
      Interruption interruption,
      StopSignal stop,
      TrainingJob job,
      TrainingProgress progress,
      SparkConf conf) {
    interruption.endsWith(
        () ->
            job.firstStep() == 0 && stop.lastStep() == 0
                ? "no step was made; next: " + next(true)
                : "the last checkpoint counts; next: " + next(false, "--resume", "auto"));
    if (!conf.get("spark.master", "").equals("yarn") || !isInCluster(conf)) {
      interruption.stops(stop, progress::println);
    }
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
    return RankMemory.ofRequest(request(), conf);
  }

  TrainingRequest request() {
    cluster.resources(); // refuses wrong values
    if (!Set.of("auto", "cpu", "cuda").contains(cluster.device)) {
      throw new UserError("--device %s: must be auto, cpu or cuda".formatted(cluster.device));
    }
    return new TrainingRequest(
        data.request(),
        data.batch(),
        network.request(),
        method.plan(),
        optimizer.schedule(),
        optimizer.sgd(),
        cluster.device,
        data.seed,
        cluster.workers,
        run.request());
  }
}
