package io.semimeta.bigdl;

import io.semimeta.training.RankFigures;
import io.semimeta.training.RankTimes;
import java.io.Serializable;

/**
 * Carries a reported step's figures from a rank to the driver.
 *
 * @param rank the rank that measured
 * @param host the host that the rank runs on
 * @param done the number of updates, this step's included
 * @param figures the step's figures
 * @param computing the seconds spent in the steps since the last report
 * @param loaderWait the seconds of {@code computing} that were spent waiting for images
 */
record StepFigures(
    int rank, String host, long done, RankFigures figures, double computing, double loaderWait)
    implements Serializable {

  /**
   * Returns the figures with times; what the rank did not spend computing is the exchange's.
   *
   * @param steps the number of steps since the last report
   * @param seconds the seconds since the last report
   */
  RankFigures timed(long steps, double seconds) {
    return figures.withTimes(
        new RankTimes(steps, computing, loaderWait), Math.max(0, seconds - computing));
  }
}
