package io.semimeta.training;

import java.io.Serializable;

/**
 * Where a rank's time went in some steps, in seconds.
 *
 * @param steps how many
 * @param busy own work and {@code loaderWait}, without waiting for other ranks
 * @param loaderWait for the images of the steps' batches
 */
public record RankTimes(long steps, double busy, double loaderWait) implements Serializable {

  /** Those of more steps of the same rank. */
  public RankTimes plus(RankTimes more) {
    return new RankTimes(steps + more.steps, busy + more.busy, loaderWait + more.loaderWait);
  }

  /** {@link #busy} of a step, the mean. */
  public double busyOfStep() {
    return busy / steps;
  }

  /** {@link #loaderWait} of a step, the mean. */
  public double loaderWaitOfStep() {
    return loaderWait / steps;
  }
}
