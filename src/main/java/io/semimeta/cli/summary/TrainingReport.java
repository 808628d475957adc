package io.semimeta.cli.summary;

import io.semimeta.LogFile;
import io.semimeta.OptionName;
import io.semimeta.Shown;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.distributed.ImageCounts;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.TrainingResult;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Prints what a person reads before and after a run. */
public record TrainingReport(PrintWriter out) {
  public void plan(TrainingJob job) {
    TrainingPlan plan = job.plan();
    int ranks = job.ranks();
    ImageCounts counts = job.imageCounts();
    long batch = plan.batch().size();
    String images = images(counts, plan.manifest().classes().size());
    line("data", "%s: %s", plan.manifest().name(), images);
    if (counts.unused()) {
      line(
          "validation",
          "on images set aside by --num-valid; the data set's val split is not used, see 'evaluate"
              + " --split val'");
    }
    line(
        "network",
        "%s, width %s, %,d parameters, on %s",
        plan.network().architecture(),
        plan.network().options().width(),
        job.parameterCount(),
        plan.network().placement().device());
    if (plan.initFrom().isPresent() && job.firstStep() == 0) {
      line(
          "weights",
          "from %s%s",
          plan.initFrom().get(),
          job.drawsClassifier() ? "; its classifier has other classes, so a new one is drawn" : "");
      if (plan.mayWantNormalise()) {
        line("note", "weights that were trained on ImageNet expect --normalise imagenet");
      }
    }
    line("method", "%s", method(plan.method()));
    line(
        "global batch",
        "%,d labelled + %,d unlabelled images (%d %s of %d + %d)",
        batch * ranks,
        plan.method().usesUnlabelled() ? batch * ranks : 0,
        ranks,
        ranks == 1 ? "rank" : "ranks",
        batch,
        plan.method().usesUnlabelled() ? batch : 0);
    long ofARank = counts.labelled() / ranks;
    if (batch > ofARank) {
      line(
          "note",
          "--batch-size %,d is more than the %,d labelled images of a rank: each step has some of"
              + " them several times",
          batch,
          ofARank);
    }
    line(
        "length",
        "%,d steps%s",
        plan.schedule().totalSteps(),
        job.firstStep() > 0 ? Shown.format(", resumed at step %,d", job.firstStep()) : "");
    job.memory()
        .ifPresent(
            need ->
                line(
                    "memory",
                    "up to %,d MiB a rank: %,d of libraries, %,d images, %,d vectors, %,d"
                        + " activations; heap %,d",
                    MemoryEstimate.mebibytes(need.total()),
                    MemoryEstimate.mebibytes(need.libraries()),
                    MemoryEstimate.mebibytes(need.images()),
                    MemoryEstimate.mebibytes(need.vectors()),
                    MemoryEstimate.mebibytes(need.activations()),
                    MemoryEstimate.mebibytes(need.heap())));
    line("output", "%s", ShownPath.of(plan.run().output()));
    LogFile.path().ifPresent(log -> line("log", "%s", log));
    out.flush();
  }

  private static String images(ImageCounts counts, int classes) {
    List<String> parts = new ArrayList<>();
    parts.add(Shown.format("%,d labelled", counts.labelled()));
    parts.add(Shown.format("%,d unlabelled", counts.unlabelled()));
    if (counts.valid() > 0) {
      parts.add(Shown.format("%,d for validation", counts.valid()));
    }
    if (counts.test() > 0) {
      parts.add(Shown.format("%,d test images", counts.test()));
    }
    parts.add(Shown.format("%,d classes", classes));
    return String.join(", ", parts);
  }

  /** Prints the end of a dry run. */
  public void settings(List<String> settings) {
    settings.forEach(setting -> line("setting", "%s", setting));
    line("dry run", "all is well: nothing was started or written");
    out.flush();
  }

  private static String method(StepOptions method) {
    String name = OptionName.of(method.method());
    return name + (method.mixUpAlpha() > 0 ? " with mixup" : "");
  }

  /**
   * Prints the end of a run.
   *
   * @param test the evaluation after the run, if there was one
   * @param page the file of the page on the run, if there is one
   * @param next a command that the user may give now
   */
  public void result(
      TrainingJob job,
      TrainingResult result,
      Optional<Evaluation> test,
      Optional<String> page,
      String next) {
    line("trained", "%,d steps in %.0f s", result.step(), result.seconds());
    result.validations().stream()
        .filter(validation -> validation.step() == result.bestStep() && validation.examples() > 0)
        .findFirst()
        .ifPresent(
            best ->
                error(
                    OptionName.of(job.plan().evaluatedOn()),
                    best.top1Error(),
                    best.examples(),
                    result.bestStep()));
    test.ifPresent(
        measured ->
            error(measured.split(), measured.top1Error(), measured.examples(), measured.step()));
    if (result.restarts() > 0) {
      line("restarts", "%d", result.restarts());
    }
    page.ifPresent(file -> line("report", "%s", file));
    line("next", "%s", next);
    out.flush();
  }

  private void error(String images, double error, long examples, long step) {
    line(
        images + " error", "%s of %,d images, at step %,d", Figures.percent(error), examples, step);
  }

  /**
   * Prints the end of a run that was stopped.
   *
   * @param result the result of what is on disk
   * @param lastStep the last step that the driver has heard of
   * @param next the command that resumes the run
   */
  public void stopped(TrainingJob job, TrainingResult result, long lastStep, String next) {
    long end = job.plan().run().stopAt();
    if (result.step() == 0) {
      line("stopped", "before the first checkpoint, so nothing is kept");
    } else if (result.step() == job.firstStep()) {
      line(
          "stopped",
          "without a new checkpoint; that of step %,d of %,d, which it began from, is kept",
          result.step(),
          end);
    } else if (result.step() < lastStep) {
      line(
          "stopped",
          "without a new checkpoint; that of step %,d of %,d is kept, %,d steps are lost",
          result.step(),
          end,
          lastStep - result.step());
    } else {
      line("stopped", "after step %,d of %,d, which is kept as a checkpoint", result.step(), end);
    }
    line("next", "%s", next);
    out.flush();
  }

  private void line(String name, String format, Object... values) {
    String value = Shown.text(Shown.format(format, values));
    out.printf(Locale.ROOT, "%-17s%s%n", name, value);
  }
}
