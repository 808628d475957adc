package io.semimeta.bigdl;

import io.semimeta.plan.TrainingPlan;
import java.io.Serializable;

/**
 * What the ranks of an attempt begin with.
 *
 * @param attempt its name, unlike any other's
 * @param plan of the run
 * @param slices of the vector
 * @param threads of libtorch
 * @param updates made before
 * @param batchesTracked train-mode passes before
 * @param weights parameters, then statistics
 * @param velocity of the parameters
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
