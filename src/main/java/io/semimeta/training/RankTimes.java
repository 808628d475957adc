package io.semimeta.training;

import java.io.Serializable;

/**
 * Says where a rank's time went in some steps, in seconds.
 *
 * @param steps the number of steps
 * @param busy the seconds of own work and {@code loaderWait}, without waiting for other ranks
 * @param loaderWait the seconds of waiting for the images of the steps' batches
 */
public record RankTimes(long steps, double busy, double loaderWait) implements Serializable {

  /** Returns the sums with more steps of the same rank. */
  public RankTimes plus(RankTimes more) {
    return new RankTimes(steps + more.steps, busy + more.busy, loaderWait + more.loaderWait);
  }

  /** Returns the mean of {@link #busy} over the steps. */
  public double busyOfStep() {
    return busy / steps;
  }

  /** Returns the mean of {@link #loaderWait} over the steps. */
  public double loaderWaitOfStep() {
    return loaderWait / steps;
  }
}
