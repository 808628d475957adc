package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import io.semimeta.inference.Example;
import io.semimeta.inference.Scored;
import io.semimeta.inference.Scores;
import java.io.Serializable;

/**
 * Holds what is to be known of one image for its network's figures.
 *
 * @param id the image's id
 * @param label the image's class, or {@link ImageRecord#NO_LABEL}
 * @param predicted the most likely class
 * @param confidence the probability of that class
 * @param classesAhead how many classes the network prefers to the label; meaningless without one
 * @param crossEntropy minus the logarithm of the label's probability; meaningless without a label
 * @param brier the squared distance of the probabilities from the label; meaningless without one
 * @param path the image's path in the data set's input, or null
 */
record Prediction(
    long id,
    int label,
    int predicted,
    double confidence,
    int classesAhead,
    double crossEntropy,
    double brier,
    String path)
    implements Serializable {

  /** Makes a prediction of logits. */
  static Prediction of(Scored scored) {
    Example example = scored.example();
    Scores scores = new Scores(scored.logits());
    int label = example.label();
    boolean known = example.hasLabel();
    return new Prediction(
        (Long) example.id(),
        label,
        scores.predicted(),
        scores.confidence(),
        known ? scores.classesAhead(label) : 0,
        known ? scores.crossEntropy(label) : 0,
        known ? scores.brier(label) : 0,
        example.path());
  }

  /** Tells whether the image's class is known. */
  boolean hasLabel() {
    return label != ImageRecord.NO_LABEL;
  }

  /** Tells whether the most likely class is the label. */
  boolean isRight() {
    return classesAhead == 0;
  }
}
