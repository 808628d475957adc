package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Lets ranks end after the same step, soon after one of them has heard that they shall. They ask
 * one another about twice a second, after a step on which all agreed when they last asked; the
 * steps between cost nothing, and the gradient's all-reduce stays as it is.
 */
final class StopAgreement {
  private static final long NANOS_BETWEEN = 500_000_000;

  /** This bounds the wait if the steps become slower all at once. */
  private static final long MOST_STEPS_BETWEEN = 50;

  private final Collective ranks;
  private final BooleanSupplier stop;
  private long lastStep;
  private long lastNanos = System.nanoTime();
  private long nextStep;

  /**
   * Makes the agreement before the first step.
   *
   * @param stop tells whether this rank has heard that the run shall end
   */
  StopAgreement(Collective ranks, BooleanSupplier stop, long firstStep) {
    this.ranks = ranks;
    this.stop = stop;
    lastStep = firstStep;
    nextStep = firstStep;
  }

  /** Tells whether all ranks end after {@code done} updates; each rank asks after every step. */
  boolean reached(long done) {
    if (done < nextStep) {
      return false;
    }
    long steps = done - lastStep;
    long nanosOfStep = steps == 0 ? NANOS_BETWEEN : (System.nanoTime() - lastNanos) / steps;
    List<long[]> all = ranks.allGather(stop.getAsBoolean() ? 1 : 0, nanosOfStep);
    long slowest = all.stream().mapToLong(of -> of[1]).max().orElseThrow();
    lastStep = done;
    lastNanos = System.nanoTime();
    nextStep =
        done + Math.min(MOST_STEPS_BETWEEN, Math.max(1, NANOS_BETWEEN / Math.max(1, slowest)));
    return all.stream().anyMatch(of -> of[0] != 0);
  }
}
