package io.semimeta.algorithm;

import io.semimeta.model.Model;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the loss that all methods minimise, in train mode (paper, section 3.3): a supervised
 * term on the labelled images, mixed or not, and a consistency term on the unlabelled ones.
 */
final class Objective {
  private final Model model;
  private final int classes;
  private final boolean consistent;

  /**
   * Makes the objective of a run.
   *
   * @param consistent whether the run has a consistency term: the run's weight decides that, not
   *     the ramp's value at one step, because the term's pass moves BatchNorm's statistics
   */
  Objective(Model model, int classes, boolean consistent) {
    this.model = model;
    this.classes = classes;
    this.consistent = consistent;
  }

  /**
   * Leaves the gradient of the loss in the parameter vector. The two passes are separate, as in the
   * original: each normalises by its own batch statistics.
   *
   * @param pseudoLabels y, (B, C), constant; empty when the method uses labels alone
   * @param weight factor of the consistency loss at this step
   */
  StepMetrics differentiate(
      Batch batch, Optional<Tensor> pseudoLabels, double weight, StepClock clock) {
    clock.begin(StepClock.Part.MIXED);
    model.vector().zeroGradient();
    torch.manual_seed(batch.dropoutSeed());

    Tensor supervised = supervisedLoss(batch, pseudoLabels);
    supervised.backward();
    double loss = supervised.item().toDouble();
    double supervisedLoss = loss;

    OptionalDouble consistencyLoss = OptionalDouble.empty();
    if (consistent && pseudoLabels.isPresent()) {
      clock.begin(StepClock.Part.CONSISTENCY);
      Tensor consistency = Losses.consistency(model.train(batch.unlabelled()), pseudoLabels.get());
      consistency.mul(new Scalar(weight)).backward();
      consistencyLoss = OptionalDouble.of(consistency.item().toDouble());
      loss += weight * consistencyLoss.getAsDouble();
    }
    clock.begin(StepClock.Part.METRICS);
    return new StepMetrics(
        loss,
        supervisedLoss,
        consistencyLoss,
        gradientNorm(),
        confidence(pseudoLabels),
        OptionalDouble.empty());
  }

  private Tensor supervisedLoss(Batch batch, Optional<Tensor> pseudoLabels) {
    if (batch.mixWeights().isEmpty()) {
      return Losses.crossEntropy(model.train(batch.labelled()), batch.labels());
    }
    Tensor weights = batch.mixWeights().get();
    Tensor target = torch.one_hot(batch.labels(), classes).to(weights.scalar_type());
    // Without pseudo-labels the partner is the batch's next labelled image: the batch is in random
    // order already.
    Tensor partner =
        pseudoLabels.isPresent() ? batch.unlabelled() : batch.labelled().roll(new long[] {1}, 0);
    Tensor partnerTarget = pseudoLabels.orElseGet(() -> target.roll(new long[] {1}, 0));
    Tensor images = mix(weights.view(-1, 1, 1, 1), batch.labelled(), partner);
    return Losses.divergence(model.train(images), mix(weights, target, partnerTarget));
  }

  /** Returns {@code weight a + (1 - weight) b}. */
  private static Tensor mix(Tensor weight, Tensor a, Tensor b) {
    return weight.mul(a).add(weight.neg().add(new Scalar(1)).mul(b));
  }

  private double gradientNorm() {
    try (NoGradGuard guard = new NoGradGuard()) {
      return model.vector().parameterGradient().norm().item().toDouble();
    }
  }

  private static OptionalDouble confidence(Optional<Tensor> pseudoLabels) {
    return pseudoLabels
        .map(y -> OptionalDouble.of(y.amax(new long[] {1}, false).mean().item().toDouble()))
        .orElseGet(OptionalDouble::empty);
  }
}
