package io.semimeta.training;

import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which images to train on.
 *
 * @param data folder of a prepared data set, a URI
 * @param numLabel labelled images to draw, or empty
 * @param labelIndices file of the labelled images' ids, or empty; without both, the data set's own
 * @param numValid labelled images to set aside
 */
public record DataRequest(
    String data, OptionalInt numLabel, Optional<String> labelIndices, int numValid) {}
