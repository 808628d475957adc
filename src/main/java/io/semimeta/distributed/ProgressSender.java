package io.semimeta.distributed;

import io.semimeta.training.StepReport;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;
import java.util.List;

/** Sends rank 0's progress to the driver. */
final class ProgressSender implements TrainingListener {
  private final ProgressAccumulator accumulator;

  /**
   * Opens the channel.
   *
   * @param hosts the ranks' hosts, in rank order
   */
  ProgressSender(ProgressAccumulator accumulator, List<String> hosts) {
    this.accumulator = accumulator;
    accumulator.add(Progress.of(hosts));
  }

  @Override
  public void onPhase(String what) {
    accumulator.add(accumulator.value().in(what));
  }

  @Override
  public void onFirstStep(StepReport report) {
    onReport(report);
  }

  @Override
  public void onStep(long step) {
    accumulator.add(accumulator.value().at(step));
  }

  @Override
  public void onReport(StepReport report) {
    accumulator.add(accumulator.value().with(report));
  }

  @Override
  public void onValidation(Validation validation) {
    accumulator.add(accumulator.value().with(validation));
  }
}
