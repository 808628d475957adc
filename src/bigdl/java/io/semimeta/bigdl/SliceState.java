package io.semimeta.bigdl;

import java.io.Serializable;

/**
 * Holds one executor's slice of the run's state, without marks.
 *
 * @param rank the rank whose slice it is
 * @param updates the number of updates that the slice has seen
 * @param weights the slice's part of the parameters, then of the statistics
 * @param velocity the velocity of the slice's parameters
 * @param batchesTracked the number of train-mode passes
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record SliceState(int rank, long updates, float[] weights, float[] velocity, long batchesTracked)
    implements Serializable {}
