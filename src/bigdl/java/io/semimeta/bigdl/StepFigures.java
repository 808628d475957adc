package io.semimeta.bigdl;

import io.semimeta.training.RankFigures;
import java.io.Serializable;

/**
 * A reported step's figures, from a rank to the driver.
 *
 * @param rank that measured
 * @param done updates, this step's included
 * @param figures of the step
 * @param computing seconds in the steps since the last report
 */
record StepFigures(int rank, long done, RankFigures figures, double computing)
    implements Serializable {}
