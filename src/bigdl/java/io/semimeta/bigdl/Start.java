package io.semimeta.bigdl;

import io.semimeta.plan.TrainingPlan;
import java.io.Serializable;

/**
 * Holds what the ranks of an attempt begin with.
 *
 * @param attempt the attempt's unique name
 * @param plan the run's plan
 * @param slices the layout of the vector
 * @param threads the number of libtorch's threads
 * @param updates the number of updates made before
 * @param batchesTracked the number of train-mode passes made before
 * @param weights the whole vector: parameters, then statistics
 * @param velocity the velocity of all parameters
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Start(
    String attempt,
    TrainingPlan plan,
    Slices slices,
    int threads,
    long updates,
    long batchesTracked,
    float[] weights,
    float[] velocity)
    implements Serializable {}
