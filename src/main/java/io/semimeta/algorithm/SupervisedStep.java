package io.semimeta.algorithm;

import io.semimeta.model.Model;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;

/** Uses labels alone: cross-entropy or, with mixup, labelled images mixed with labelled images. */
public final class SupervisedStep implements TrainStep {
  private final Objective objective;

  public SupervisedStep(Model model, int classes) {
    this.objective = new Objective(model, classes, false);
  }

  @Override
  public StepMetrics gradient(Batch batch, StepSettings settings, StepClock clock) {
    try (PointerScope step = new PointerScope()) {
      return objective.differentiate(batch, Optional.empty(), settings.consistencyWeight(), clock);
    }
  }
}
