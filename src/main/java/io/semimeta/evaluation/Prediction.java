package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;

/**
 * What a network says of one image.
 *
 * @param id of the image
 * @param label its class, or {@link ImageRecord#NO_LABEL}
 * @param predicted the most likely class
 * @param confidence the probability of that class
 * @param classesAhead how many classes the network prefers to the label; nothing without a label
 * @param crossEntropy minus the logarithm of the label's probability; nothing without a label
 * @param path of the image in the data set's input, or null
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
  /** Whether the image's class is known. */
  boolean hasLabel() {
    return label != ImageRecord.NO_LABEL;
  }
}
