package io.semimeta.training;

import io.semimeta.UserError;
import io.semimeta.algorithm.Batch;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.StepClock;
import io.semimeta.algorithm.StepMetrics;
import io.semimeta.algorithm.TrainStep;
import io.semimeta.loader.BatchStream;
import io.semimeta.loader.CropFlip;
import io.semimeta.loader.Normalisation;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Model;
import io.semimeta.plan.TrainingPlan;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Holds one rank's copy of the network, and the images that it learns from. */
public final class Replica implements AutoCloseable {
  private final TrainingPlan plan;
  private final RankImages images;
  private final Normalisation normalisation;
  private final BatchStream batches;
  private final Model model;
  private final TrainStep step;

  /**
   * Makes a replica with all weights zero.
   *
   * @param images the rank's own images; closing them is left to the caller
   * @param rank the rank's number in the run
   * @param scope the ranks that a step may average with before its gradient is done
   */
  public Replica(TrainingPlan plan, RankImages images, int rank, Collective scope) {
    this.plan = plan;
    this.images = images;
    normalisation =
        new Normalisation(
            plan.manifest().mean(), plan.manifest().std(), plan.network().placement());
    CropFlip cropFlip = CropFlip.of(plan.input(), plan.batch());
    batches =
        new BatchStream(
            images, cropFlip, normalisation, plan.method().mixUpAlpha(), plan.seed(), rank);
    model = plan.network().create(scope);
    step = plan.method().step(model, plan.manifest().classes().size(), scope);
  }

  public Model model() {
    return model;
  }

  /**
   * Leaves in the model's vector the gradient of this rank's batch of step {@code s}, from 0, and
   * the batch's statistics. Errors are measured where the step is to be reported.
   *
   * @param clock hears which part of the step begins
   */
  public RankMetrics gradient(long s, StepClock clock) {
    try (PointerScope scope = new PointerScope()) {
      clock.begin(StepClock.Part.LOADER_WAIT);
      Batch batch = batches.batch(s);
      clock.begin(StepClock.Part.METRICS);
      boolean reported = plan.run().due(s + 1, plan.run().logEvery());
      ErrorCounts labelled = reported ? errors(batch.labelled(), batch.labels()) : ErrorCounts.NONE;
      ErrorCounts unlabelled =
          reported ? errors(batch.unlabelled(), batch.truth()) : ErrorCounts.NONE;
      StepMetrics metrics = step.gradient(batch, plan.schedule().at(s), clock);
      if (s == 0) {
        requireFinite(model.vector().gradient());
      }
      return RankMetrics.of(metrics, labelled, unlabelled);
    }
  }

  /** Refuses a first gradient that is not finite, for which no learning rate is at fault. */
  private static void requireFinite(Tensor firstGradient) {
    if (!firstGradient.isfinite().all().item().toBool()) {
      throw new UserError(
          "the gradient of the first step is not finite, whatever the learning rate; look at"
              + " --epsilon, --weight, --alpha, and mean and std in the data set's manifest.json");
    }
  }

  private ErrorCounts errors(Tensor images, Tensor labels) {
    if (labels.numel() == 0) {
      return ErrorCounts.NONE;
    }
    try (PointerScope scope = new PointerScope()) {
      return Evaluator.errors(model.predict(images), labels);
    }
  }

  /**
   * Counts the errors on this rank's part of the images that are evaluated during training.
   *
   * @param givenUp tells whether the rest is no longer wanted
   */
  public ErrorCounts evaluate(BooleanSupplier givenUp) {
    int batchSize = Evaluator.batchSize(plan.input().height(), plan.input().width());
    return new Evaluator(normalisation).errors(model, images.evaluated(batchSize), givenUp);
  }

  @Override
  public void close() {
    normalisation.close();
    model.close();
  }
}
