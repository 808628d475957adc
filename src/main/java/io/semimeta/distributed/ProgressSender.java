package io.semimeta.distributed;

import io.semimeta.training.Phase;
import io.semimeta.training.RunMetrics;
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
  public void onPhase(Phase phase) {
    accumulator.add(accumulator.value().in(phase));
  }

  @Override
  public void onFirstStep(RunMetrics metrics) {
    onMetrics(metrics);
  }

  @Override
  public void onStep(long step) {
    if (accumulator.value().step() < 0) {
      onPhase(Phase.now(Phase.STEPS));
    }
    accumulator.add(accumulator.value().withStep(step));
  }

  @Override
  public void onMetrics(RunMetrics metrics) {
    accumulator.add(accumulator.value().withMetrics(metrics));
  }

  @Override
  public void onValidation(Validation validation) {
    accumulator.add(accumulator.value().with(validation));
  }
}
