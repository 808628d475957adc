package io.semimeta.training;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import java.util.List;
import java.util.OptionalLong;

/**
 * A schedule as the user asks for it, in steps or in epochs.
 *
 * @param kind step or cosine; by default cosine with epochs, step with steps
 * @param totalSteps length in steps, or empty
 * @param epochs length in passes over the unlabelled images, or empty
 * @param warmup in the unit of the length
 * @param ramp of the consistency weight, in the unit of the length; by default the warm-up under
 *     the step schedule, none under cosine
 * @param milestones in the unit of the length
 */
public record ScheduleRequest(
    Kind kind,
    OptionalLong totalSteps,
    OptionalLong epochs,
    long warmup,
    OptionalLong ramp,
    List<Long> milestones,
    double gamma,
    double learningRate,
    double weight) {

  /** The paper's two schedules, and the choice by the length's unit. */
  public enum Kind {
    AUTO,
    STEP,
    COSINE
  }

  /** The kind that is meant. */
  public Kind resolvedKind() {
    if (kind != Kind.AUTO) {
      return kind;
    }
    return epochs.isPresent() ? Kind.COSINE : Kind.STEP;
  }

  /** The ramp that is meant, in the unit of the length. */
  public long resolvedRamp() {
    return ramp.orElse(resolvedKind() == Kind.COSINE ? 0 : warmup);
  }

  /**
   * The schedule in steps.
   *
   * @param unlabelled images of one pass
   * @param globalBatch unlabelled images of one step, over all ranks
   * @throws UserError where the lengths do not fit together
   */
  public Schedule resolve(long unlabelled, long globalBatch) {
    if (totalSteps.isPresent() == epochs.isPresent()) {
      throw new UserError("give the run's length by one of --total-steps and --epochs");
    }
    long total = totalSteps.orElseGet(() -> inSteps(epochs.getAsLong(), unlabelled, globalBatch));
    long warmupSteps = unitsInSteps(warmup, unlabelled, globalBatch);
    boolean cosine = resolvedKind() == Kind.COSINE;
    long rampSteps = unitsInSteps(resolvedRamp(), unlabelled, globalBatch);
    requireAtLeast("--total-steps or --epochs", total, 1);
    if (total > CheckpointStore.MAX_STEP) {
      throw new UserError(
          "a run of %d steps is too long; at most %d are possible"
              .formatted(total, CheckpointStore.MAX_STEP));
    }
    requireAtLeast("--warmup", warmup, 0);
    requireAtLeast("--ramp", rampSteps, 0);
    if (cosine) {
      if (!milestones.isEmpty()) {
        throw new UserError("--milestones: the cosine schedule has none; use --schedule step");
      }
      if (warmupSteps >= total) {
        throw new UserError(
            "--warmup: %d steps of %d leave none for the cosine schedule"
                .formatted(warmupSteps, total));
      }
      return new Schedule.Cosine(learningRate, total, warmupSteps, weight, rampSteps);
    }
    milestones.forEach(milestone -> requireAtLeast("--milestones", milestone, 0));
    List<Long> milestoneSteps =
        milestones.stream()
            .map(milestone -> unitsInSteps(milestone, unlabelled, globalBatch))
            .toList();
    return new Schedule.Step(
        learningRate, total, warmupSteps, milestoneSteps, gamma, weight, rampSteps);
  }

  private long unitsInSteps(long units, long unlabelled, long globalBatch) {
    return epochs.isPresent() ? inSteps(units, unlabelled, globalBatch) : units;
  }

  private static long inSteps(long epochs, long unlabelled, long globalBatch) {
    try {
      long images = Math.multiplyExact(epochs, unlabelled);
      return Math.addExact(images, globalBatch - 1) / globalBatch;
    } catch (ArithmeticException e) {
      throw new UserError("%d epochs are too many".formatted(epochs), e);
    }
  }

  private static void requireAtLeast(String option, long value, long least) {
    if (value < least) {
      throw new UserError("%s must be at least %d".formatted(option, least));
    }
  }
}
