package io.semimeta.prepare;

import java.net.URI;
import java.util.Optional;

/**
 * What {@link PrepareJob} is to do.
 *
 * @param name of the data set, for people
 * @param output folder of the data set
 * @param resizing what is done to the images
 * @param testFraction share of the labelled images that becomes the test split where the source has
 *     none, from 0 to below 1
 * @param numTrain keeps this many training images, the first of the original order; or 0 for all
 * @param shardBytes size of a record file, about
 * @param maxBad how many images may fail to decode
 * @param labelFraction share of the training images with a label that is drawn as the labelled
 *     split, from 0, for none, to 1, for all
 * @param labelList file that names the images of the labelled split instead
 * @param seed shuffles the records, and draws the test fraction and the labelled split
 */
public record PrepareOptions(
    String name,
    URI output,
    Resizing resizing,
    double testFraction,
    long numTrain,
    long shardBytes,
    int maxBad,
    double labelFraction,
    Optional<URI> labelList,
    long seed) {}
