package io.semimeta.bigdl;

import java.io.Serializable;

/**
 * One executor's slice of the run's state, without marks.
 *
 * @param rank whose slice it is
 * @param updates that it has seen
 * @param weights parameters, then statistics, as far as they are in the slice
 * @param velocity of its parameters
 * @param batchesTracked train-mode passes
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record SliceState(int rank, long updates, float[] weights, float[] velocity, long batchesTracked)
    implements Serializable {}
