package io.semimeta.cli;

import io.semimeta.OptionName;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.training.StepReport;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;
import java.util.Locale;
import java.util.Map;

/** Shows a run's progress on the terminal. */
final class TrainingProgress implements TrainingListener, AutoCloseable {
  private final ProgressDisplay display;
  private final String evaluatedOn;
  private String message = "starting";
  private boolean headed;

  TrainingProgress(TrainingJob job) {
    display = new ProgressDisplay("train", job.plan().run().stopAt(), job.firstStep(), System.err);
    evaluatedOn = OptionName.of(job.plan().evaluatedOn());
    display.update(job.firstStep(), message);
  }

  @Override
  public void onStep(long step) {
    display.update(step, message);
  }

  @Override
  public void onReport(StepReport report) {
    Map<String, Double> values = report.values();
    StringBuilder text = new StringBuilder();
    append(text, "loss %.3f", values.get("loss"), 1);
    append(text, "label error %.1f %%", values.get("label_error"), 100);
    append(text, "pseudo-label error %.1f %%", values.get("pseudo_label_error"), 100);
    append(text, "%.0f images/s", values.get("images_per_second"), 1);
    message = text.toString();
  }

  private static void append(StringBuilder text, String format, Double value, double factor) {
    if (value != null) {
      text.append(text.isEmpty() ? "" : "  ");
      text.append(String.format(Locale.ROOT, format, value * factor));
    }
  }

  @Override
  public void onValidation(Validation validation) {
    if (!headed) {
      headed = true;
      display.println(
          String.format(Locale.ROOT, "%10s  %-10s  %8s  %8s", "step", "images", "top-1", "top-5"));
    }
    display.println(
        String.format(
            Locale.ROOT,
            "%,10d  %-10s  %6.2f %%  %6.2f %%",
            validation.step(),
            evaluatedOn,
            100 * validation.top1Error(),
            100 * validation.top5Error()));
  }

  /** Shows a line that stays. */
  void println(String line) {
    display.println(line);
  }

  @Override
  public void close() {
    display.close();
  }
}
