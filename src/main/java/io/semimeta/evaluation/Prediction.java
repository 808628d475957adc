package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;

/**
 * Holds what a network says of one image.
 *
 * @param id the image's id
 * @param label the image's class, or {@link ImageRecord#NO_LABEL}
 * @param predicted the most likely class
 * @param confidence the probability of that class
 * @param classesAhead how many classes the network prefers to the label; meaningless without one
 * @param crossEntropy minus the logarithm of the label's probability; meaningless without a label
 * @param path the image's path in the data set's input, or null
 */
public record Prediction(
    long id,
    int label,
    int predicted,
    double confidence,
    int classesAhead,
    double crossEntropy,
    String path)
    implements Serializable {
  /** Tells whether the image's class is known. */
  boolean hasLabel() {
    return label != ImageRecord.NO_LABEL;
  }
}
