package io.semimeta.distributed;

import io.semimeta.training.StepReport;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;

/** Rank 0's end of the channel to the driver. */
final class ProgressSender implements TrainingListener {
  private final ProgressAccumulator accumulator;

  ProgressSender(ProgressAccumulator accumulator) {
    this.accumulator = accumulator;
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
