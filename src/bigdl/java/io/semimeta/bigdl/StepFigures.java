package io.semimeta.bigdl;

import io.semimeta.training.RankFigures;
import io.semimeta.training.RankTimes;
import java.io.Serializable;

/**
 * A reported step's figures, from a rank to the driver.
 *
 * @param rank that measured
 * @param host that it runs on
 * @param done updates, this step's included
 * @param figures of the step
 * @param computing seconds in the steps since the last report
 * @param loaderWait seconds of them that went by until the images were there
 */
record StepFigures(
    int rank, String host, long done, RankFigures figures, double computing, double loaderWait)
    implements Serializable {

  /**
   * With times; what is not the rank's is the exchange's.
   *
   * @param seconds since the last report
   */
  RankFigures timed(long steps, double seconds) {
    return figures.withTimes(
        new RankTimes(steps, computing, loaderWait), Math.max(0, seconds - computing));
  }
}
