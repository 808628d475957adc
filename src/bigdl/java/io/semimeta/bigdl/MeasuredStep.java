package io.semimeta.bigdl;

import io.semimeta.training.RankMetrics;
import io.semimeta.training.RankTimes;
import java.io.Serializable;

/**
 * Carries a reported step's metrics from a rank to the driver.
 *
 * @param rank the rank that measured
 * @param host the host that the rank runs on
 * @param done the number of updates, this step's included
 * @param metrics the step's metrics
 * @param times the rank's times since the last report
 */
record MeasuredStep(int rank, String host, long done, RankMetrics metrics, RankTimes times)
    implements Serializable {}
