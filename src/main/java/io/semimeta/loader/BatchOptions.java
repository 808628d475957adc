package io.semimeta.loader;

import java.io.Serializable;

/**
 * Says how mini-batches are made.
 *
 * @param batchSize labelled images of one rank's step, and as many unlabelled ones
 * @param cropPadding pixels of padding before the random crop; 0 for no crop
 * @param flip whether images are mirrored at random
 * @param mixUpAlpha both parameters of the Beta distribution of mixup's weights; 0 for no mixup
 * @param seed seed of all randomness
 */
public record BatchOptions(
    int batchSize, int cropPadding, boolean flip, double mixUpAlpha, long seed)
    implements Serializable {}
