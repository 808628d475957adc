package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.Sgd;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.plan.TrainingPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains on one rank of a run. The ranks do the same at the same time; what only one of them may do
 * (write files, tell people) is left to rank 0.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final TimedCollective ranks;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;
  private final BooleanSupplier stop;

  private final Replica replica;
  private final Model model;
  private final Sgd sgd;
  private final Tensor velocity;
  private double allReduceSeconds;
  private double busySeconds;

  /**
   * Makes a rank that holds the given images.
   *
   * @param stop tells whether this rank has heard that the run is to end early; one rank is enough
   */
  public Trainer(
      TrainingPlan plan,
      RankImages images,
      Collective ranks,
      Checkpointer checkpointer,
      TrainingListener listener,
      BooleanSupplier stop) {
    this.plan = plan;
    this.ranks = new TimedCollective(ranks);
    this.checkpointer = checkpointer;
    this.listener = listener;
    this.stop = stop;
    replica = new Replica(plan, images, ranks.rank(), this.ranks);
    model = replica.model();
    sgd = new Sgd(plan.momentum(), plan.weightDecay());
    velocity = Checkpointer.zeroVelocity(model);
  }

  /**
   * Trains from a checkpoint, or from the beginning, to the plan's end, or to an earlier step, with
   * a checkpoint, where a rank has heard that it shall.
   *
   * @param from the checkpoint to go on from, given on rank 0 alone
   * @param initial the weights to begin with instead of a draw, given on rank 0 alone
   * @param firstStep the checkpoint's step, or 0, known to every rank
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
    model.setBatchesTracked(ranks.allGather(model.batchesTracked()).get(0)[0]);

    StepReporter reporter = new StepReporter(plan, ranks.size(), firstStep);
    RunRecord record = new RunRecord(plan, before);
    record.share(ranks);
    StopAgreement agreement = new StopAgreement(ranks, stop, firstStep);
    boolean stopping = agreement.reached(firstStep);
    if (!stopping && record.validationMissing(firstStep)) {
      stopping = !validate(record, firstStep);
    }
    long done = firstStep;
    while (done < plan.run().stopAt() && !stopping) {
      step(done++, firstStep, reporter);
      stopping = done < plan.run().stopAt() && agreement.reached(done);
      if (!stopping && record.validationDue(done)) {
        stopping = !validate(record, done);
      }
      if (stopping || record.checkpointDue(done)) {
        listener.beforeCheckpoint(done);
        checkpointer.save(record.state(done, model.batchesTracked()), model, velocity, ranks);
      }
    }
    return record.state(done, model.batchesTracked());
  }

  /** Makes step {@code s}, from 0, and its report where one is due. */
  private void step(long s, long firstStep, StepReporter reporter) {
    long done = s + 1;
    try (PointerScope scope = new PointerScope()) {
      long begun = System.nanoTime();
      long inCalls = ranks.nanos();
      RankFigures figures = update(s);
      busySeconds += (System.nanoTime() - begun - (ranks.nanos() - inCalls)) / 1e9;
      if (plan.run().due(done, plan.run().logEvery())) {
        listener.onReport(report(reporter, done, figures));
      } else if (s == firstStep) {
        listener.onFirstStep(StepReport.first(done, figures.means().get("loss")));
      }
    }
    listener.onStep(done);
  }

  /** Makes one update, from the step's batch to the new weights. */
  private RankFigures update(long s) {
    RankFigures figures = replica.gradient(s);
    ParameterVector vector = model.vector();
    long inCalls = ranks.nanos();
    ranks.allReduceMean(vector.gradient());
    allReduceSeconds += (ranks.nanos() - inCalls) / 1e9;
    sgd.update(
        vector.parameterValues(),
        vector.parameterGradient(),
        velocity,
        plan.schedule().at(s).learningRate());
    vector.adoptStatistics();
    // This follows the update, which a gradient that is not finite spoils too, and precedes any
    // checkpoint over a good one. All ranks hold the same numbers, so all stop at the same step.
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
    List<RankFigures> all =
        ranks.allGather(timed.toLongs()).stream().map(timed::fromLongs).toList();
    return reporter.report(done, all);
  }

  /**
   * Measures errors, unless a rank hears meanwhile that the run is to end; the resumed run measures
   * them then. At the last step there is nothing to resume, so they are always measured.
   *
   * @return whether the errors were measured
   */
  private boolean validate(RunRecord record, long done) {
    BooleanSupplier givenUp = done < plan.run().stopAt() ? stop : () -> false;
    ErrorCounts own = replica.evaluate(givenUp);
    List<long[]> all =
        ranks.allGather(
            own.examples(), own.top1Errors(), own.top5Errors(), givenUp.getAsBoolean() ? 1 : 0);
    if (all.stream().anyMatch(of -> of[3] != 0)) {
      return false;
    }
    List<ErrorCounts> errors =
        all.stream().map(of -> new ErrorCounts(of[0], of[1], of[2])).toList();
    listener.onValidation(record.validated(done, errors));
    return true;
  }

  @Override
  public void close() {
    velocity.close();
    replica.close();
  }
}
