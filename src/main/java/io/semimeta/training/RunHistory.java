package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Records what a run has come to so far, and tells what is due after a step. */
public final class RunHistory {
  private final TrainingPlan plan;
  private final long begun = System.nanoTime();
  private final List<Validation> validations = new ArrayList<>();
  private double secondsBefore;

  /**
   * Makes the history of a run whose loop begins now.
   *
   * @param before the state that it goes on from, or empty for a new run
   */
  public RunHistory(TrainingPlan plan, Optional<TrainingState> before) {
    this.plan = plan;
    before.ifPresent(
        state -> {
          validations.addAll(state.validations());
          secondsBefore = state.seconds();
        });
  }

  /** Tells all ranks rank 0's validations, because they must decide alike what is due. */
  void share(Collective ranks) {
    int count = Math.toIntExact(ranks.allGather(validations.size()).get(0)[0]);
    if (count == 0) {
      return;
    }
    long[] own =
        ranks.rank() == 0
            ? validations.stream().map(Validation::toLongs).flatMapToLong(Arrays::stream).toArray()
            : new long[count * Validation.LONGS];
    long[] first = ranks.allGather(own).get(0);
    validations.clear();
    for (int i = 0; i < first.length; i += Validation.LONGS) {
      validations.add(Validation.fromLongs(Arrays.copyOfRange(first, i, i + Validation.LONGS)));
    }
  }

  /** Tells whether errors are to be measured after {@code done} updates. */
  public boolean validationDue(long done) {
    return plan.evaluatedOn() != TrainingPlan.EvaluatedOn.NONE
        && plan.run().due(done, plan.run().validateEvery());
  }

  /** Tells whether a run was stopped after {@code done} updates, but before their validation. */
  public boolean validationMissing(long done) {
    return done > 0
        && validationDue(done)
        && validations.stream().noneMatch(validation -> validation.step() == done);
  }

  /** Records the errors of all ranks together. */
  public Validation validated(long done, List<ErrorCounts> ranks) {
    ErrorCounts all = ranks.stream().reduce(ErrorCounts.NONE, ErrorCounts::plus);
    Validation validation = new Validation(done, all.examples(), all.top1Error(), all.top5Error());
    validations.add(validation);
    return validation;
  }

  /**
   * Tells whether a checkpoint is to be written after {@code done} updates and their validation:
   * the best must be on disk whatever the interval.
   */
  public boolean checkpointDue(long done) {
    return plan.run().due(done, plan.run().checkpointEvery()) || isNewBest(done);
  }

  private boolean isNewBest(long done) {
    return plan.evaluatedOn() == TrainingPlan.EvaluatedOn.VALIDATION
        && !validations.isEmpty()
        && validations.get(validations.size() - 1).step() == done
        && TrainingState.bestStep(plan, done, validations) == done;
  }

  /** Returns the state after {@code done} updates. */
  public TrainingState state(long done, long batchesTracked) {
    double seconds = secondsBefore + (System.nanoTime() - begun) / 1e9;
    return TrainingState.of(plan, done, batchesTracked, seconds, List.copyOf(validations));
  }
}
