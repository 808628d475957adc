package io.semimeta.report;

import io.semimeta.page.Block;
import io.semimeta.page.Curve;
import io.semimeta.page.LineChart;
import io.semimeta.page.Series;
import io.semimeta.training.metrics.MetricsRow;
import java.util.ArrayList;
import java.util.List;

/** Draws a run's figures by step; a figure that the run does not have leaves no chart. */
final class RunCurves {
  private static final String STEP = "step";

  /** A mean is over this part of a run's rows. */
  private static final int WINDOWS = 25;

  private final RunFiles run;
  private final int window;

  RunCurves(RunFiles run) {
    this.run = run;
    long rows =
        run.metrics().rows().stream().filter(row -> row.kind().equals(MetricsRow.TRAIN)).count();
    this.window = (int) Math.max(1, rows / WINDOWS);
  }

  /** Says how many rows a mean is over; 1 for none. */
  int window() {
    return window;
  }

  /** Returns the charts. */
  List<Block> charts() {
    String judged = run.result().flatMap(RunResult::evaluatedOn).orElse("validation");
    LineChart errors = new LineChart("Errors", STEP).shares().reaching(0, Double.NaN);
    errors.add(Series.of(judged + " images", run.curve(MetricsRow.VALIDATION, "top1_error")));
    errors.add(smoothed("labelled images of the step", "label_error"));
    LineChart losses = new LineChart("Losses", STEP).logarithmic();
    losses.add(smoothed("labelled images", "supervised_loss"));
    losses.add(smoothed("consistency", "consistency_loss"));
    LineChart pseudo = new LineChart("Pseudo-labels", STEP).shares().reaching(0, 1);
    pseudo.add(smoothed("confidence", "confidence"));
    pseudo.add(smoothed("error, before correction", "pseudo_label_error"));
    LineChart correction =
        new LineChart("Size of the correction", STEP).shares().reaching(0, Double.NaN);
    correction.add(smoothed("moved probability", "correction"));
    LineChart gradient = new LineChart("Norm of the gradient", STEP).logarithmic();
    gradient.add(smoothed("norm", "gradient_norm"));
    LineChart rate = new LineChart("Learning rate", STEP).reaching(0, Double.NaN);
    rate.add(raw("learning rate", "learning_rate"));
    LineChart weight = new LineChart("Consistency weight", STEP).reaching(0, Double.NaN);
    if (!run.curve(MetricsRow.TRAIN, "consistency_loss").isEmpty()) {
      weight.add(raw("weight", "consistency_weight"));
    }
    LineChart speed = new LineChart("Images per second", STEP).reaching(0, Double.NaN);
    speed.add(raw("images per second", "images_per_second"));
    LineChart time = new LineChart("Seconds of a step", STEP).reaching(0, Double.NaN);
    time.add(raw("all but waiting for other ranks", "busy_seconds"));
    time.add(raw("all-reduce", "allreduce_seconds"));
    time.add(raw("waiting for images", "loader_wait_seconds"));
    List<Block> charts = new ArrayList<>();
    for (LineChart chart :
        List.of(errors, losses, pseudo, correction, gradient, rate, weight, speed, time)) {
      if (!chart.isEmpty()) {
        charts.add(chart);
      }
    }
    return charts;
  }

  private Series smoothed(String name, String figure) {
    Curve raw = run.curve(MetricsRow.TRAIN, figure);
    return Series.smoothed(name, raw, window);
  }

  private Series raw(String name, String figure) {
    return Series.of(name, run.curve(MetricsRow.TRAIN, figure));
  }
}
