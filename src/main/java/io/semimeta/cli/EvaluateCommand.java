package io.semimeta.cli;

import io.semimeta.cli.options.ToPath;
import io.semimeta.console.Table;
import io.semimeta.data.DatasetManifest;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.Evaluation.ClassError;
import java.io.IOException;
import java.io.PrintWriter;
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
      description = "A step's folder, or the output of a training run: then its best checkpoint.")
  private Path checkpoint;

  @Option(
      names = "--data",
      required = true,
      converter = ToPath.class,
      paramLabel = "URI",
      description = "Folder of a data set made by 'semimeta prepare'.")
  private Path data;

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
                checkpoint,
                data,
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

  private void print(Evaluation evaluation) {
    PrintWriter out = spec.commandLine().getOut();
    Table summary =
        new Table("checkpoint", evaluation.checkpoint())
            .row("data", "%s, %s split".formatted(evaluation.data(), evaluation.split()))
            .row("images", images(evaluation))
            .row("top-1 error", Figures.percent(evaluation.top1Error()));
    if (Figures.hasTop5(evaluation.perClass().size())) {
      summary.row("top-5 error", Figures.percent(evaluation.top5Error()));
    }
    summary
        .row("cross-entropy", String.format(Locale.ROOT, "%.4f", evaluation.crossEntropy()))
        .row("calibration error", Figures.percent(evaluation.expectedCalibrationError()));
    out.println(summary);
    if (evaluation.normalisation().differsFromData()) {
      out.println("The images were normalised as in training, not by this data set's manifest.");
    }
    List<ClassError> worst =
        evaluation.perClass().stream()
            .filter(one -> one.error() != null)
            .sorted(Comparator.comparing(ClassError::error).reversed())
            .limit(SHOWN_CLASSES)
            .toList();
    Table classes = new Table("class", "images", "top-1 error");
    worst.forEach(one -> classes.row(one.name(), one.examples(), Figures.percent(one.error())));
    out.println();
    out.println(classes);
    if (worst.size() < evaluation.perClass().size()) {
      out.println(String.format(Locale.ROOT, "… of %d classes", evaluation.perClass().size()));
    }
    out.flush();
  }

  private static String images(Evaluation evaluation) {
    String labelled = String.format(Locale.ROOT, "%,d", evaluation.examples());
    return evaluation.unlabelled() == 0
        ? labelled
        : labelled
            + String.format(Locale.ROOT, " with a label, %,d without", evaluation.unlabelled());
  }
}
