package io.semimeta.cli;

import io.semimeta.cli.options.DataFolder;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cli.summary.Figures;
import io.semimeta.cli.summary.ShownPath;
import io.semimeta.console.Table;
import io.semimeta.data.DatasetManifest;
import io.semimeta.evaluation.Comparison;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.Evaluation.ClassError;
import io.semimeta.evaluation.EvaluationReport;
import io.semimeta.evaluation.Interval;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The command {@code semimeta evaluate} measures a trained network's errors. */
@Command(
    name = "evaluate",
    description = "Measure a trained network's errors on a split of a data set.",
    footerHeading = "%nExample%n",
    footer =
        "  bin/semimeta evaluate --checkpoint runs/first --data data/images --report report.json")
final class EvaluateCommand implements Callable<Integer>, Checked {
  private static final int SHOWN_CLASSES = 10;

  @Spec private CommandSpec spec;

  @Option(
      names = "--checkpoint",
      required = true,
      converter = ToPath.class,
      paramLabel = "URI",
      description =
          "A step's folder, or the output of a training run: then its best checkpoint. Give it"
              + " several times to compare networks.")
  private List<Path> checkpoints;

  @Mixin private DataFolder data;

  @Option(
      names = "--split",
      paramLabel = "NAME",
      defaultValue = DatasetManifest.TEST,
      description = "Which images of the data set: train, val or test.")
  private String split;

  @Option(
      names = "--verify",
      description =
          "Read the split's files whole first and compare them with the SHA-256 in the manifest.")
  private boolean verify;

  @Option(
      names = "--report",
      converter = ToPath.class,
      paramLabel = "FILE",
      description = "Write the result as JSON.")
  private Path report;

  @Option(
      names = "--predictions",
      converter = ToPath.class,
      paramLabel = "FILE",
      description =
          "Write a CSV file: id, label, predicted class, its probability and the path, by image.")
  private Path predictions;

  private EvaluateJob job;

  @Override
  public void checkFiles(Configuration conf) throws IOException {
    job =
        new EvaluateJob(
            new EvaluateRequest(
                checkpoints,
                data.path(),
                split,
                Optional.ofNullable(report),
                Optional.ofNullable(predictions)),
            conf);
  }

  @Override
  public Integer call() throws IOException {
    Interruption.of(spec, "no part of a file was written, and the same command begins again");
    check(new SparkConf());
    try (SparkSession session = Sessions.start("semimeta evaluate")) {
      if (verify) {
        job.verify(session);
      }
      print(job.run(session));
    }
    return 0;
  }

  private void print(EvaluationReport report) {
    PrintWriter out = spec.commandLine().getOut();
    if (report.evaluations().size() == 1) {
      print(out, report.evaluations().get(0));
    } else {
      compare(out, report);
    }
    if (report.evaluations().stream().anyMatch(one -> one.normalisation().differsFromData())) {
      out.println("The images were normalised as in training, not by this data set's manifest.");
    }
    out.flush();
  }

  private static void print(PrintWriter out, Evaluation evaluation) {
    Table summary =
        new Table("checkpoint", ShownPath.of(evaluation.checkpoint()))
            .row(
                "data",
                "%s, %s split".formatted(ShownPath.of(evaluation.data()), evaluation.split()))
            .row("images", images(evaluation))
            .row("top-1 error", error(evaluation.top1Error(), evaluation.top1Interval()));
    if (Figures.hasTop5(evaluation.perClass().size())) {
      summary.row("top-5 error", error(evaluation.top5Error(), evaluation.top5Interval()));
    }
    summary
        .row("cross-entropy", number(evaluation.crossEntropy()))
        .row("Brier score", number(evaluation.brierScore()))
        .row(
            "calibration error",
            "%s; %s in bins of equal numbers of images"
                .formatted(
                    Figures.percent(evaluation.expectedCalibrationError()),
                    Figures.percent(evaluation.equalMass().error())));
    out.println(summary);
    List<ClassError> worst =
        evaluation.perClass().stream()
            .filter(one -> one.error() != null)
            .sorted(Comparator.comparing(ClassError::error).reversed())
            .limit(SHOWN_CLASSES)
            .toList();
    Table classes = new Table("class", "images", "top-1 error", "precision", "recall", "F1");
    worst.forEach(
        one ->
            classes.row(
                one.name(),
                one.examples(),
                Figures.percent(one.error()),
                one.precision() == null ? "-" : Figures.percent(one.precision()),
                Figures.percent(one.recall()),
                Figures.percent(one.f1())));
    out.println();
    out.println(classes);
    if (worst.size() < evaluation.perClass().size()) {
      out.println(String.format(Locale.ROOT, "… of %d classes", evaluation.perClass().size()));
    }
  }

  private static void compare(PrintWriter out, EvaluationReport report) {
    Table figures =
        new Table(
            "no.", "checkpoint", "images", "top-1 error", "cross-entropy", "Brier", "calibration");
    List<String> sources = new ArrayList<>();
    for (Evaluation one : report.evaluations()) {
      sources.add(one.checkpoint());
      figures.row(
          sources.size(),
          ShownPath.of(one.checkpoint()),
          one.examples(),
          error(one.top1Error(), one.top1Interval()),
          number(one.crossEntropy()),
          number(one.brierScore()),
          Figures.percent(one.expectedCalibrationError()));
    }
    out.println(figures);
    Table pairs = new Table("networks", "right: first alone", "second alone", "McNemar's p");
    int pair = 0;
    for (int i = 1; i <= sources.size(); i++) {
      for (int j = i + 1; j <= sources.size(); j++) {
        Comparison one = report.comparisons().get(pair++);
        pairs.row(
            i + " and " + j,
            one.firstRight(),
            one.secondRight(),
            Figures.probability(one.pValue()));
      }
    }
    out.println();
    out.println(pairs);
  }

  private static String error(double share, Interval interval) {
    return "%s (95 %%: %s to %s)"
        .formatted(
            Figures.percent(share),
            Figures.percent(interval.from()),
            Figures.percent(interval.to()));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.4f", value);
  }

  private static String images(Evaluation evaluation) {
    String labelled = String.format(Locale.ROOT, "%,d", evaluation.examples());
    return evaluation.unlabelled() == 0
        ? labelled
        : labelled
            + String.format(Locale.ROOT, " with a label, %,d without", evaluation.unlabelled());
  }
}
