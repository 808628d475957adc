package io.semimeta.algorithm;

import io.semimeta.model.Model;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Takes the paper's step without its correction: the pseudo-labels are the predictions, y = p. With
 * mixup and without a consistency term it is the authors' baseline "mixup only".
 */
public final class PseudoLabelStep implements TrainStep {
  private final Model model;
  private final Objective objective;

  /**
   * Makes the step of a run.
   *
   * @param consistent whether the run has a consistency term
   */
  public PseudoLabelStep(Model model, int classes, boolean consistent) {
    this.model = model;
    this.objective = new Objective(model, classes, consistent);
  }

  @Override
  public StepMetrics gradient(Batch batch, StepSettings settings, StepClock clock) {
    try (PointerScope step = new PointerScope()) {
      clock.begin(StepClock.Part.DIRECTION);
      Tensor y = torch.softmax(model.predict(batch.unlabelled()), 1);
      return objective.differentiate(batch, Optional.of(y), settings.consistencyWeight(), clock);
    }
  }
}
