package io.semimeta.training;

import io.semimeta.algorithm.Batch;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.Sgd;
import io.semimeta.algorithm.StepMetrics;
import io.semimeta.algorithm.StepSettings;
import io.semimeta.algorithm.TrainStep;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.data.Augmentation;
import io.semimeta.data.BatchStream;
import io.semimeta.data.ShardCache;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * One rank of a run. The ranks do the same at the same time; what only one of them may do (write
 * files, tell people) is left to rank 0.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final ShardCache images;
  private final Collective ranks;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;

  private final Augmentation augmentation;
  private final BatchStream batches;
  private final Model model;
  private final TrainStep step;
  private final Sgd sgd;
  private final Tensor velocity;
  private final StepReporter reporter;
  private final List<Validation> validations = new ArrayList<>();
  private double secondsBefore;

  /** Makes a rank that holds the given images. */
  public Trainer(
      TrainingPlan plan,
      ShardCache images,
      Collective ranks,
      Checkpointer checkpointer,
      TrainingListener listener) {
    this.plan = plan;
    this.images = images;
    this.ranks = ranks;
    this.checkpointer = checkpointer;
    this.listener = listener;
    augmentation =
        new Augmentation(
            plan.batches().cropPadding(),
            plan.batches().flip(),
            plan.manifest().mean(),
            plan.manifest().std(),
            plan.network().placement());
    batches =
        new BatchStream(
            images, plan.batches(), augmentation, plan.network().placement(), ranks.rank());
    model = plan.network().create();
    step = plan.method().step(model, plan.manifest().classes().size(), ranks);
    sgd = new Sgd(plan.momentum(), plan.weightDecay());
    try (NoGradGuard guard = new NoGradGuard()) {
      velocity = model.vector().parameterValues().clone().zero_();
    }
    reporter = new StepReporter(plan, model, ranks);
  }

  /**
   * Trains from a checkpoint, or from the beginning, to the plan's end.
   *
   * @param from given on rank 0 alone
   * @param initial weights to begin with instead of a draw, given on rank 0 alone
   * @param firstStep the checkpoint's step, or 0: known to every rank
   * @throws DivergedException on every rank, after the same step
   */
  public TrainingState run(
      Optional<Checkpoint> from, Optional<InitialWeights> initial, long firstStep)
      throws IOException {
    start(from, initial);
    reporter.start(firstStep);
    long begun = System.nanoTime();
    for (long s = firstStep; s < plan.run().stopAt(); s++) {
      try (PointerScope scope = new PointerScope()) {
        train(s);
      }
      long done = s + 1;
      listener.onStep(done);
      boolean validated = plan.run().due(done, plan.run().validateEvery());
      if (validated) {
        validate(done);
      }
      if (plan.run().due(done, plan.run().checkpointEvery()) || (validated && isNewBest(done))) {
        listener.beforeCheckpoint(done);
        checkpointer.save(state(done, begun), model, velocity, ranks);
      }
    }
    return state(plan.run().stopAt(), begun);
  }

  /** One step, from its batch to the new weights. */
  private void train(long s) {
    StepSettings settings = plan.schedule().at(s);
    Batch batch = batches.batch(s);
    boolean reported = plan.run().due(s + 1, plan.run().logEvery());
    if (reported) {
      reporter.measureErrors(batch);
    }
    StepMetrics metrics = step.gradient(batch, settings);
    ParameterVector vector = model.vector();
    reporter.timeAllReduce(() -> ranks.mean(vector.gradient()));
    sgd.update(
        vector.parameterValues(), vector.parameterGradient(), velocity, settings.learningRate());
    vector.adoptStatistics();
    requireFinite(vector.theta(), s);
    if (reported) {
      StepReport report = reporter.report(s + 1, settings, metrics);
      listener.onReport(report);
    }
  }

  /**
   * After the update, which a gradient that is not finite spoils too, and before a checkpoint can
   * take the place of a good one. All ranks hold the same numbers, so all stop at the same step.
   */
  private static void requireFinite(Tensor theta, long s) {
    if (!Double.isFinite(theta.norm().item().toDouble())) {
      throw new DivergedException(s + 1);
    }
  }

  private void start(Optional<Checkpoint> from, Optional<InitialWeights> initial) {
    if (from.isPresent()) {
      Checkpoint checkpoint = from.get();
      String source = plan.run().output();
      ModelState.load(checkpoint.model(), model, source);
      ModelState.loadVelocity(checkpoint, velocity, model, source);
      TrainingState state = TrainingState.fromJson(checkpoint.state(), source);
      validations.addAll(state.validations());
      secondsBefore = state.seconds();
    } else if (initial.isPresent()) {
      initial.get().load(model, plan.batches().seed());
    } else if (ranks.rank() == 0) {
      model.vector().initialise(plan.batches().seed());
    }
    ranks.broadcast(model.vector().theta(), 0);
    ranks.broadcast(velocity, 0);
  }

  private void validate(long done) {
    if (plan.evaluatedOn() == TrainingPlan.EvaluatedOn.NONE) {
      return;
    }
    ErrorCounts own = new Evaluator(augmentation).errors(model, images.evaluated());
    ErrorCounts all =
        ranks.gather(own.examples(), own.top1Errors(), own.top5Errors()).stream()
            .map(counts -> new ErrorCounts(counts[0], counts[1], counts[2]))
            .reduce(ErrorCounts.NONE, ErrorCounts::plus);
    Validation validation = new Validation(done, all.examples(), all.top1Error(), all.top5Error());
    validations.add(validation);
    listener.onValidation(validation);
  }

  /** The best must be on disk whatever the checkpoint's interval. */
  private boolean isNewBest(long done) {
    return plan.evaluatedOn() == TrainingPlan.EvaluatedOn.VALIDATION
        && TrainingState.bestStep(plan, done, validations) == done;
  }

  private TrainingState state(long done, long begun) {
    double seconds = secondsBefore + (System.nanoTime() - begun) / 1e9;
    return TrainingState.of(plan, done, model.batchesTracked(), seconds, List.copyOf(validations));
  }

  @Override
  public void close() {
    velocity.close();
    augmentation.close();
    model.close();
  }
}
