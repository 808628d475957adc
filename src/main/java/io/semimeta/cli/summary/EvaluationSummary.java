package io.semimeta.cli.summary;

import io.semimeta.Shown;
import io.semimeta.console.Table;
import io.semimeta.evaluation.Comparison;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.Evaluation.ClassError;
import io.semimeta.evaluation.EvaluationReport;
import io.semimeta.evaluation.Interval;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Prints what {@code evaluate} has measured: one network's figures, or several side by side. */
public record EvaluationSummary(PrintWriter out) {
  private static final int SHOWN_CLASSES = 10;

  /** Prints a report. */
  public void print(EvaluationReport report) {
    if (report.evaluations().size() == 1) {
      print(report.evaluations().get(0));
    } else {
      compare(report);
    }
    if (report.evaluations().stream().anyMatch(one -> one.normalisation().differsFromData())) {
      out.println("The images were normalised as in training, not by this data set's manifest.");
    }
    out.flush();
  }

  private void print(Evaluation evaluation) {
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
      out.println("… of %s classes".formatted(evaluation.perClass().size()));
    }
  }

  private void compare(EvaluationReport report) {
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
    return Shown.format("%.4f", value);
  }

  private static String images(Evaluation evaluation) {
    String labelled = Shown.format("%,d", evaluation.examples());
    return evaluation.unlabelled() == 0
        ? labelled
        : labelled + Shown.format(" with a label, %,d without", evaluation.unlabelled());
  }
}
