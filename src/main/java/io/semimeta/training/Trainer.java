package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.StepClock;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Model;
import io.semimeta.plan.TrainingPlan;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.bytedeco.pytorch.Tensor;

/**
 * Trains on one rank of a run. The ranks do the same at the same time; what only one of them may do
 * (write files, tell people) is left to rank 0.
 */
public final class Trainer implements AutoCloseable {
  private final TrainingPlan plan;
  private final StepTimer timer;
  private final Collective ranks;
  private final TrainingListener listener;
  private final Checkpointer checkpointer;
  private final BooleanSupplier stop;

  private final Updates updates;
  private final Model model;
  private final Tensor velocity;

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
    this.timer = new StepTimer(ranks, images);
    this.ranks = timer.ranks();
    this.checkpointer = checkpointer;
    this.listener = listener;
    this.stop = stop;
    updates = new Updates(plan, timer, StepClock.NONE);
    model = updates.model();
    velocity = updates.velocity();
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
    RunHistory history = start(from, initial);
    MetricsMeter meter = new MetricsMeter(plan);
    StopAgreement agreement = new StopAgreement(ranks, stop, firstStep);
    boolean stopping = agreement.reached(firstStep);
    if (!stopping && history.validationMissing(firstStep)) {
      stopping = !validate(history, firstStep);
    }
    long done = firstStep;
    while (done < plan.run().stopAt() && !stopping) {
      long step = done++;
      RankMetrics metrics = timer.step(() -> update(step));
      if (plan.run().due(done, plan.run().logEvery())) {
        report(meter, done, metrics);
      } else if (step == firstStep) {
        listener.onFirstStep(RunMetrics.first(done, metrics.loss()));
      }
      listener.onStep(done);
      stopping = done < plan.run().stopAt() && agreement.reached(done);
      if (!stopping && history.validationDue(done)) {
        stopping = !validate(history, done);
      }
      if (stopping || history.checkpointDue(done)) {
        listener.beforeCheckpoint(done);
        checkpointer.save(history.state(done, model.batchesTracked()), model, velocity, ranks);
      }
    }
    return history.state(done, model.batchesTracked());
  }

  /** Gives all ranks the numbers and the history that rank 0 begins with. */
  private RunHistory start(Optional<Checkpoint> from, Optional<InitialWeights> initial) {
    Optional<TrainingState> before =
        ranks.rank() == 0
            ? Checkpointer.start(from, initial, plan, model, velocity)
            : Optional.empty();
    ranks.broadcast(model.vector().theta(), 0);
    ranks.broadcast(velocity, 0);
    model.setBatchesTracked(ranks.allGather(model.batchesTracked()).get(0)[0]);
    RunHistory history = new RunHistory(plan, before);
    history.share(ranks);
    return history;
  }

  private RankMetrics update(long s) {
    try {
      return updates.update(s);
    } catch (DivergedException e) {
      listener.onDivergence();
      throw e;
    }
  }

  private void report(MetricsMeter meter, long done, RankMetrics own) {
    List<RankTimes> times =
        ranks.allGather(timer.take().toLongs()).stream().map(RankTimes::fromLongs).toList();
    List<RankMetrics> metrics =
        ranks.allGather(own.toLongs()).stream().map(own::fromLongs).toList();
    listener.onMetrics(meter.metrics(done, metrics, times));
  }

  /**
   * Measures errors, unless a rank hears meanwhile that the run is to end; the resumed run measures
   * them then. At the last step there is nothing to resume, so they are always measured.
   *
   * @return whether the errors were measured
   */
  private boolean validate(RunHistory history, long done) {
    BooleanSupplier givenUp = done < plan.run().stopAt() ? stop : () -> false;
    ErrorCounts own = updates.replica().evaluate(givenUp);
    List<long[]> all =
        ranks.allGather(
            own.examples(), own.top1Errors(), own.top5Errors(), givenUp.getAsBoolean() ? 1 : 0);
    if (all.stream().anyMatch(of -> of[3] != 0)) {
      return false;
    }
    List<ErrorCounts> errors =
        all.stream().map(of -> new ErrorCounts(of[0], of[1], of[2])).toList();
    listener.onValidation(history.validated(done, errors));
    return true;
  }

  @Override
  public void close() {
    updates.close();
  }
}
