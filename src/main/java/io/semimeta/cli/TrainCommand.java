package io.semimeta.cli;

import io.semimeta.cli.options.TrainingOptions;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.cli.summary.StartTimes;
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
import io.semimeta.training.Phase;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

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
public final class TrainCommand extends ProgramCommand {
  private static final String BEFORE_TRAINING =
      "training had not begun, and nothing has changed in the output";

  @Mixin private TrainingOptions options;

  @Override
  public Optional<Resources> asked() {
    return Optional.of(options.workers.resources());
  }

  @Override
  public void checkOptions(Cluster cluster) {
    TrainingCheck.requireSettings(request(), options.workers.engine(), cluster);
  }

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    TrainingCheck.requireFiles(request(), conf);
  }

  @Override
  public Integer call() throws IOException {
    StartTimes start = StartTimes.of(System.getenv());
    Interruption interruption = Interruption.of(spec(), BEFORE_TRAINING);
    TrainingRequest request = request();
    EngineOptions engine = options.workers.engine();
    StopSignal stop = options.workers.stopRequest();
    SparkConf conf = new SparkConf();
    Cluster cluster = check(conf);
    request.schedule().remarks().forEach(this::warn);
    EngineKind.named(engine.engine()).missing(cluster).forEach(conf::set);
    cluster.contradictions().forEach(this::warn);
    start.onPhase(Phase.now("starting Spark"));
    try (SparkSession spark = Sessions.start(Sessions.named("semimeta train", conf, isDryRun()))) {
      start.onPhase(Phase.now("reading the data set"));
      options.data.verify(spark);
      TrainingJob job =
          new TrainingJob(spark, request, engine, cluster).begunBy(NextCommand.typed(spec()));
      TrainingReport report = new TrainingReport(out());
      report.plan(job);
      if (options.run.dryRun) {
        report.settings(cluster.describe());
        return 0;
      }
      TrainingResult result;
      try (TrainingProgress progress = new TrainingProgress(job, start)) {
        new StoppedTraining(job, stop)
            .listen(interruption, progress, conf, next(false, "--resume", "auto"));
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
          NextCommand.of(
              "evaluate", "--checkpoint", options.run.request().output(), "--data", images));
      return 0;
    }
  }

  /**
   * Returns the line that goes on from here.
   *
   * @param anew whether the run begins once more, because nothing is kept
   * @param resume the words that make the user's line resume, if it does not as it stands
   */
  private String next(boolean anew, String... resume) {
    return NextCommand.again(spec(), anew || options.run.resumes() ? new String[0] : resume);
  }

  @Override
  public boolean isDryRun() {
    return options.run.dryRun;
  }

  @Override
  public Optional<MemoryEstimate> memory(Configuration conf) {
    return MemoryEstimate.of(request(), conf);
  }

  TrainingRequest request() {
    return options.request();
  }
}
