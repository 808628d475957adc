package io.semimeta.prepare;

import java.net.URI;
import java.util.Optional;

/**
 * Says what {@link PrepareJob} is to do.
 *
 * @param name name of the data set, for people
 * @param output folder in which the data set is made
 * @param resizing what is done to the images
 * @param testFraction share of the labelled images that becomes the test split where the source has
 *     none, from 0 to below 1
 * @param numTrain how many training images to keep, the first in the original order; 0 for all
 * @param shardBytes approximate size of a record file in bytes
 * @param maxBad how many images may fail to decode
 * @param labelFraction share of the training images with a label that is drawn as the labelled
 *     split, from 0, for none, to 1, for all
 * @param labelList file that names the images of the labelled split instead
 * @param seed seed of the order of the records, and of the draws of the test fraction and the
 *     labelled split
 */
public record PrepareRequest(
    String name,
    URI output,
    Resizing resizing,
    double testFraction,
    long numTrain,
    long shardBytes,
    int maxBad,
    double labelFraction,
    Optional<URI> labelList,
    long seed) {
  /** The size of a record file where nobody names another, in millions of bytes. */
  public static final int SHARD_MB = 64;
}
