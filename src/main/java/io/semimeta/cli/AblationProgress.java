package io.semimeta.cli;

import io.semimeta.Shown;
import io.semimeta.ablation.AblationJob;
import io.semimeta.ablation.AblationRun;
import io.semimeta.cli.summary.Figures;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.cli.summary.TrainingReport;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import picocli.CommandLine.Model.CommandSpec;

/** Shows the runs of an ablation, one after the other, and lets signals stop it. */
final class AblationProgress implements AblationJob.Watch {
  private final CommandSpec spec;
  private final Interruption interruption;
  private final SparkConf conf;
  private final Supplier<StopSignal> stops;
  private final int runs;
  private int finished;
  private boolean told;
  private boolean toldNext;

  /**
   * Watches an ablation from its beginning.
   *
   * @param stops makes the signal by which a run is stopped, one for each
   * @param runs the number of runs
   */
  AblationProgress(
      CommandSpec spec,
      Interruption interruption,
      SparkConf conf,
      Supplier<StopSignal> stops,
      int runs) {
    this.spec = spec;
    this.interruption = interruption;
    this.conf = conf;
    this.stops = stops;
    this.runs = runs;
    between();
  }

  /** Returns a run's place and name. */
  static String name(int number, int runs, AblationRun run) {
    return "%s of %s, %s".formatted(number, runs, run.title());
  }

  /** Lets a signal end the process: no run is at work. */
  private void between() {
    interruption.stopsNoMore(counted() + "; next: " + NextCommand.again(spec));
  }

  private String counted() {
    return "%s of %s runs are finished".formatted(finished, runs);
  }

  @Override
  public boolean isStopped() {
    return interruption.status() != 0;
  }

  @Override
  public void onFinished(int number, AblationRun run) {
    finished++;
    between();
    out().printf("run %s: finished before%n", name(number, runs, run));
    out().flush();
  }

  @Override
  public TrainingResult train(int number, AblationRun run, TrainingJob job) throws IOException {
    PrintWriter out = out();
    out.printf("%n== run %s%n", name(number, runs, run));
    if (!told) {
      told = true;
      new TrainingReport(out).plan(job);
    } else if (job.firstStep() > 0) {
      line("length", "resumed at step %,d", job.firstStep());
    }
    out.flush();
    job.begunBy(NextCommand.typed(spec));
    StopSignal stop = stops.get();
    TrainingResult result;
    String name = "run %s of %s".formatted(number, runs);
    try (TrainingProgress progress = new TrainingProgress(name, job)) {
      new StoppedTraining(job, stop).listen(interruption, progress, conf, NextCommand.again(spec));
      result = job.run(progress, stop);
    }
    boolean complete = result.step() >= job.plan().run().stopAt();
    finished += complete ? 1 : 0;
    between();
    if (complete) {
      line("trained", "%,d steps in %.0f s", result.step(), result.seconds());
    } else {
      toldNext = true;
      new TrainingReport(out).stopped(job, result, stop.lastStep(), NextCommand.again(spec));
    }
    return result;
  }

  @Override
  public String pageAgain(Path run, Path data) {
    return ReportCommand.line(run, Optional.of(data), Optional.empty());
  }

  @Override
  public void onTestError(AblationRun run, Evaluation test) {
    line(
        "test error",
        "%s of %,d images, at step %,d",
        Figures.percent(test.top1Error()),
        test.examples(),
        test.step());
  }

  /** Says at the end how far an ablation came that was stopped, in a run or between two. */
  void stopped() {
    line("runs", "%s", counted());
    if (!toldNext) {
      line("next", "%s", NextCommand.again(spec));
    }
  }

  private void line(String name, String format, Object... values) {
    out().printf(Locale.ROOT, "%-17s%s%n", name, Shown.format(format, values));
    out().flush();
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }
}
