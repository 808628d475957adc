package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.Sgd;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.data.RankImages;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * One rank of a run. The ranks do the same at the same time; what only one of them may do (write
 * files, tell people) is left to rank 0.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final TimedCollective ranks;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;

  private final Replica replica;
  private final Model model;
  private final Sgd sgd;
  private final Tensor velocity;
  private double allReduceSeconds;
  private double busySeconds;

  /** Makes a rank that holds the given images. */
  public Trainer(
      TrainingPlan plan,
      RankImages images,
      Collective ranks,
      Checkpointer checkpointer,
      TrainingListener listener) {
    this.plan = plan;
    this.ranks = new TimedCollective(ranks);
    this.checkpointer = checkpointer;
    this.listener = listener;
    replica = new Replica(plan, images, ranks.rank(), this.ranks);
    model = replica.model();
    sgd = new Sgd(plan.momentum(), plan.weightDecay());
    velocity = Checkpointer.zeroVelocity(model);
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
    Optional<TrainingState> before = Optional.empty();
    if (ranks.rank() == 0) {
      before = Checkpointer.start(from, initial, plan, model, velocity);
    }
    ranks.broadcast(model.vector().theta(), 0);
    ranks.broadcast(velocity, 0);
    model.setBatchesTracked(ranks.gather(model.batchesTracked()).get(0)[0]);

    StepReporter reporter = new StepReporter(plan, ranks.size(), firstStep);
    RunRecord record = new RunRecord(plan, before);
    record.share(ranks);
    for (long s = firstStep; s < plan.run().stopAt(); s++) {
      long done = s + 1;
      try (PointerScope scope = new PointerScope()) {
        long begun = System.nanoTime();
        long inCalls = ranks.nanos();
        RankFigures figures = step(s);
        busySeconds += (System.nanoTime() - begun - (ranks.nanos() - inCalls)) / 1e9;
        if (plan.run().due(done, plan.run().logEvery())) {
          listener.onReport(report(reporter, done, figures));
        }
      }
      listener.onStep(done);
      if (record.validationDue(done)) {
        listener.onValidation(record.validated(done, errors()));
      }
      if (record.checkpointDue(done)) {
        listener.beforeCheckpoint(done);
        checkpointer.save(record.state(done, model.batchesTracked()), model, velocity, ranks);
      }
    }
    return record.state(plan.run().stopAt(), model.batchesTracked());
  }

  /** One step, from its batch to the new weights. */
  private RankFigures step(long s) {
    RankFigures figures = replica.gradient(s);
    ParameterVector vector = model.vector();
    long inCalls = ranks.nanos();
    ranks.mean(vector.gradient());
    allReduceSeconds += (ranks.nanos() - inCalls) / 1e9;
    sgd.update(
        vector.parameterValues(),
        vector.parameterGradient(),
        velocity,
        plan.schedule().at(s).learningRate());
    vector.adoptStatistics();
    // After the update, which a gradient that is not finite spoils too, and before a checkpoint can
    // take the place of a good one. All ranks hold the same numbers, so all stop at the same step.
    try {
      DivergedException.requireFinite(vector.theta(), s + 1);
    } catch (DivergedException e) {
      listener.onDivergence();
      throw e;
    }
    return figures;
  }

  private StepReport report(StepReporter reporter, long done, RankFigures own) {
    RankTimes times =
        new RankTimes(reporter.stepsUntil(done), busySeconds, replica.takeLoaderWaitSeconds());
    RankFigures timed = own.withTimes(times, allReduceSeconds);
    allReduceSeconds = 0;
    busySeconds = 0;
    List<RankFigures> all = ranks.gather(timed.toLongs()).stream().map(timed::fromLongs).toList();
    return reporter.report(done, all);
  }

  private List<ErrorCounts> errors() {
    ErrorCounts own = replica.evaluate();
    return ranks.gather(own.examples(), own.top1Errors(), own.top5Errors()).stream()
        .map(counts -> new ErrorCounts(counts[0], counts[1], counts[2]))
        .toList();
  }

  @Override
  public void close() {
    velocity.close();
    replica.close();
  }
}
