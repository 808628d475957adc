package io.semimeta.cli.summary;

import io.semimeta.OptionName;
import io.semimeta.Shown;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Phase;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Shows a run's progress on the terminal. */
public final class TrainingProgress implements TrainingListener, AutoCloseable {
  /** A share of fewer images jumps by whole points from one step to the next, which alarms. */
  private static final long FEWEST_IMAGES = 30;

  private final ProgressDisplay display;
  private final StartTimes start;
  private final String evaluatedOn;
  private final boolean hasTop5;
  private List<String> metrics = List.of();
  private boolean headed;

  public TrainingProgress(TrainingJob job) {
    this("train", job);
  }

  /** Shows a run, and then what its start took. */
  public TrainingProgress(TrainingJob job, StartTimes start) {
    this("train", job, start);
  }

  /** Shows one of several runs, which has a name of its own. */
  public TrainingProgress(String name, TrainingJob job) {
    this(name, job, StartTimes.of(Map.of()));
  }

  private TrainingProgress(String name, TrainingJob job, StartTimes start) {
    TrainingPlan plan = job.plan();
    this.display = new ProgressDisplay(name, plan.run().stopAt(), job.firstStep());
    this.start = start;
    this.evaluatedOn = OptionName.of(plan.evaluatedOn());
    this.hasTop5 = Figures.hasTop5(plan.manifest().classes().size());
    display.phase("waiting for executors");
  }

  @Override
  public void onPhase(Phase phase) {
    if (!phase.what().equals(Phase.STEPS)) {
      display.phase(phase.what());
    }
    start.onPhase(phase).ifPresent(display::println);
  }

  @Override
  public void onRestart(int restarts) {
    display.phase("restarting from the last checkpoint");
  }

  @Override
  public void onStep(long step) {
    onPhase(Phase.now(Phase.STEPS)); // unless it has come from the rank
    display.update(step, metrics);
  }

  @Override
  public void onFirstStep(RunMetrics newest) {
    metrics = metrics(newest);
  }

  @Override
  public void onMetrics(RunMetrics newest) {
    metrics = metrics(newest);
  }

  static List<String> metrics(RunMetrics newest) {
    Map<String, Double> values = newest.values();
    List<String> metrics = new ArrayList<>();
    add(metrics, "loss %.3f", values.get("loss"), 1);
    add(metrics, "label error %.1f %%", values.get("label_error"), 100);
    if (newest.known() >= FEWEST_IMAGES) {
      add(metrics, "pseudo-label error %.1f %%", values.get("pseudo_label_error"), 100);
    }
    add(metrics, "%.0f images/s", values.get("images_per_second"), 1);
    return metrics;
  }

  private static void add(List<String> metrics, String format, Double value, double factor) {
    if (value != null) {
      metrics.add(Shown.format(format, value * factor));
    }
  }

  @Override
  public void onValidation(Validation validation) {
    if (!headed) {
      headed = true;
      display.println(row("step", "images", "top-1", "top-5"));
    }
    display.println(
        row(
            Shown.format("%,d", validation.step()),
            evaluatedOn,
            Figures.percent(validation.top1Error()),
            Figures.percent(validation.top5Error())));
  }

  private String row(String step, String images, String top1, String top5) {
    String row = Shown.format("%10s  %-10s  %8s", step, images, top1);
    return hasTop5 ? Shown.format("%s  %8s", row, top5) : row;
  }

  /** Shows a line that stays. */
  public void println(String line) {
    display.println(line);
  }

  @Override
  public void close() {
    display.close();
  }
}
