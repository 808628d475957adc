package io.semimeta.plan;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Describes a schedule as the user asks for it, in steps or in epochs.
 *
 * @param kind step or cosine; by default cosine with epochs, step with steps
 * @param totalSteps the length in steps, or empty
 * @param epochs the length in passes over the unlabelled images, or empty
 * @param warmup the length of the linear warm-up, in the unit of the length
 * @param ramp the length of the consistency weight's ramp, in the unit of the length; by default
 *     the warm-up under the step schedule, none under cosine
 * @param milestones where the step schedule lowers the rate, in the unit of the length
 * @param gamma the factor on the rate at each milestone
 * @param learningRate the rate after the warm-up
 */
@RecordBuilder
public record ScheduleRequest(
    Kind kind,
    OptionalLong totalSteps,
    OptionalLong epochs,
    long warmup,
    OptionalLong ramp,
    List<Long> milestones,
    double gamma,
    double learningRate)
    implements ScheduleRequestBuilder.With {

  /** Lists the paper's two schedules, and the choice by the length's unit. */
  public enum Kind {
    AUTO,
    STEP,
    COSINE
  }

  /**
   * Asks for the given number of steps at a learning rate of 0.1, without warm-up, ramp and
   * milestones.
   */
  public static ScheduleRequest ofSteps(long steps) {
    return new ScheduleRequest(
        Kind.AUTO,
        OptionalLong.of(steps),
        OptionalLong.empty(),
        0,
        OptionalLong.empty(),
        List.of(),
        0.1,
        0.1);
  }

  /** Returns the kind that is meant. */
  public Kind resolvedKind() {
    if (kind != Kind.AUTO) {
      return kind;
    }
    return epochs.isPresent() ? Kind.COSINE : Kind.STEP;
  }

  /** Returns the ramp that is meant, in the unit of the length. */
  public long resolvedRamp() {
    return ramp.orElse(resolvedKind() == Kind.COSINE ? 0 : warmup);
  }

  /**
   * Returns the schedule in steps.
   *
   * @param unlabelled the images of one epoch
   * @param globalBatch the unlabelled images of one step, over all ranks
   * @param weight the weight of the consistency loss after the ramp
   * @throws UserError where the lengths do not fit together
   */
  public Schedule resolve(long unlabelled, long globalBatch, double weight) {
    requireSound();
    long total = totalSteps.orElseGet(() -> inSteps(epochs.getAsLong(), unlabelled, globalBatch));
    long warmupSteps = unitsInSteps(warmup, unlabelled, globalBatch);
    boolean cosine = resolvedKind() == Kind.COSINE;
    long rampSteps = unitsInSteps(resolvedRamp(), unlabelled, globalBatch);
    if (total > CheckpointStore.MAX_STEP) {
      throw new UserError(
          "a run of %s steps is too long; at most %s are possible"
              .formatted(total, CheckpointStore.MAX_STEP));
    }
    if (cosine) {
      if (warmupSteps >= total) {
        throw new UserError(
            "--warmup: %s steps of %s leave none for the cosine schedule"
                .formatted(warmupSteps, total));
      }
      return new Schedule.Cosine(learningRate, total, warmupSteps, weight, rampSteps);
    }
    List<Long> milestoneSteps =
        milestones.stream()
            .map(milestone -> unitsInSteps(milestone, unlabelled, globalBatch))
            .toList();
    return new Schedule.Step(
        learningRate, total, warmupSteps, milestoneSteps, gamma, weight, rampSteps);
  }

  /**
   * Refuses what is wrong whatever the data set.
   *
   * @throws UserError naming the option
   */
  public void requireSound() {
    if (totalSteps.isPresent() == epochs.isPresent()) {
      throw new UserError("give the run's length by one of --total-steps and --epochs");
    }
    totalSteps.ifPresent(steps -> requireAtLeast("--total-steps", steps, 1));
    epochs.ifPresent(passes -> requireAtLeast("--epochs", passes, 1));
    requireAtLeast("--warmup", warmup, 0);
    requireAtLeast("--ramp", resolvedRamp(), 0);
    milestones.forEach(milestone -> requireAtLeast("--milestones", milestone, 0));
    boolean cosine = resolvedKind() == Kind.COSINE;
    if (cosine && !milestones.isEmpty()) {
      throw new UserError("--milestones: the cosine schedule has none; use --schedule step");
    }
    long length = totalSteps.orElseGet(epochs::getAsLong);
    if (cosine && warmup >= length) {
      throw new UserError(
          "--warmup %s: of a length of %s that leaves nothing for the cosine schedule"
              .formatted(warmup, length));
    }
  }

  /** Lists what takes effect only in a longer run; the run may grow later, so it is no error. */
  public List<String> remarks() {
    long length = totalSteps.orElseGet(() -> epochs.orElse(Long.MAX_VALUE));
    List<String> remarks = new ArrayList<>();
    if (warmup >= length) {
      remarks.add("--warmup %s: the run ends before, at %s".formatted(warmup, length));
    }
    milestones.stream()
        .filter(milestone -> milestone >= length)
        .map("--milestones %s: the run ends before"::formatted)
        .forEach(remarks::add);
    return remarks;
  }

  private long unitsInSteps(long units, long unlabelled, long globalBatch) {
    return epochs.isPresent() ? inSteps(units, unlabelled, globalBatch) : units;
  }

  private static long inSteps(long epochs, long unlabelled, long globalBatch) {
    try {
      long images = Math.multiplyExact(epochs, unlabelled);
      return Math.addExact(images, globalBatch - 1) / globalBatch;
    } catch (ArithmeticException e) {
      throw new UserError("%s epochs are too many".formatted(epochs), e);
    }
  }

  private static void requireAtLeast(String option, long value, long least) {
    if (value < least) {
      throw new UserError("%s %s: must be at least %s".formatted(option, value, least));
    }
  }
}
