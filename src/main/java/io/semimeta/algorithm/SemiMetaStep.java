package io.semimeta.algorithm;

import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Takes a step of SemiMeta (Xiao, Zhang, Jia, Cheng and Yang: "Semi-Supervised Learning with
 * Meta-Gradient", AISTATS 2021, Algorithm 1). The pseudo-labels of the unlabelled images are moved
 * against the meta-gradient, so that the model, once trained on them, does better on the labelled
 * images; then the model is trained on them.
 */
public final class SemiMetaStep implements TrainStep {
  private final Model model;
  private final Objective objective;
  private final MetaGradient metaGradient;
  private final double perturbation;
  private final Collective scope;

  /**
   * Makes the step of a run.
   *
   * @param perturbation eps_0: the length of the finite difference in parameter space
   * @param consistent whether the run has a consistency term
   * @param scope the ranks over which the labelled gradient is averaged before it is used as the
   *     direction: all of them, as if one process had the whole batch, or a {@link SoloCollective}
   *     for each rank's own, as the original does
   */
  public SemiMetaStep(
      Model model,
      int classes,
      MetaGradient metaGradient,
      double perturbation,
      boolean consistent,
      Collective scope) {
    this.model = model;
    this.objective = new Objective(model, classes, consistent);
    this.metaGradient = metaGradient;
    this.perturbation = perturbation;
    this.scope = scope;
  }

  @Override
  public StepMetrics gradient(Batch batch, StepSettings settings, StepClock clock) {
    try (PointerScope step = new PointerScope()) {
      clock.begin(StepClock.Part.LABEL_GRADIENT);
      LabelGradient g = labelGradient(batch.labelled(), batch.labels());
      clock.begin(StepClock.Part.DIRECTION);
      Corrected y = corrected(batch.unlabelled(), g, settings.learningRate());
      return objective
          .differentiate(batch, Optional.of(y.labels), settings.consistencyWeight(), clock)
          .withCorrection(y.size());
    }
  }

  /**
   * Holds the loss on the labelled images and its gradient.
   *
   * @param loss cross-entropy of the labelled images in eval mode
   * @param gradient g, its gradient, flat
   * @param norm L2 norm of g over all parameters together
   */
  record LabelGradient(Tensor loss, Tensor gradient, double norm) {}

  /** Computes g, the gradient of the labelled loss at theta (line 3). */
  LabelGradient labelGradient(Tensor labelled, Tensor labels) {
    ParameterVector vector = model.vector();
    vector.zeroGradient();
    Tensor loss = Losses.crossEntropy(model.evaluate(labelled), labels);
    loss.backward();
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor g = vector.parameterGradient().clone();
      scope.allReduceMean(g);
      return new LabelGradient(loss, g, g.norm().item().toDouble());
    }
  }

  /**
   * Holds pseudo-labels.
   *
   * @param labels y, (B, C)
   * @param predictions p, which they were before the correction
   */
  record Corrected(Tensor labels, Tensor predictions) {
    /** Returns the mean share of a label's probability that was moved to other classes. */
    double size() {
      try (NoGradGuard guard = new NoGradGuard()) {
        double moved = labels.sub(predictions).abs().sum().item().toDouble();
        return moved / 2 / labels.size(0);
      }
    }
  }

  /** Moves predictions against the meta-gradient, cuts at zero and normalises (lines 4 to 6). */
  Corrected corrected(Tensor unlabelled, LabelGradient g, double learningRate) {
    if (g.norm() == 0) { // no direction, so nothing to correct
      Tensor p = torch.softmax(model.predict(unlabelled), 1);
      return new Corrected(p, p);
    }
    MetaGradient.Direction d = metaGradient.of(model, unlabelled, g.gradient(), epsilon(g));
    Tensor moved = d.prediction().sub(d.direction().mul(new Scalar(learningRate)));
    return new Corrected(normalise(moved), d.prediction());
  }

  /** Returns {@code eps = eps_0 / ||g||}. */
  double epsilon(LabelGradient g) {
    return perturbation / g.norm();
  }

  /**
   * Cuts each row at zero and divides it by its sum. The direction's entries add up to 0, so what
   * is left after the cut adds up to 1 or more, and nothing is divided by 0.
   */
  private static Tensor normalise(Tensor moved) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor positive = torch.relu(moved);
      return positive.div(positive.sum(new long[] {1}, true, new ScalarTypeOptional()));
    }
  }
}
