package io.semimeta.evaluation;

import java.io.Serializable;

/**
 * Sums up images whose confidence is similar.
 *
 * @param examples how many they are
 * @param right how many of them are predicted right
 * @param confidence the exact sum of their confidences
 * @param least the smallest confidence among them; infinite without images
 * @param most the largest confidence among them; minus infinite without images
 */
record Bin(long examples, long right, ExactSum confidence, double least, double most)
    implements Serializable {
  static final Bin EMPTY =
      new Bin(0, 0, ExactSum.ZERO, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

  /** Returns the bin with one image more. */
  Bin plus(Prediction one) {
    double own = one.confidence();
    return plus(new Bin(1, one.isRight() ? 1 : 0, ExactSum.ZERO.plus(own), own, own));
  }

  /** Returns the sums of both. */
  Bin plus(Bin other) {
    return new Bin(
        examples + other.examples,
        right + other.right,
        confidence.plus(other.confidence),
        Math.min(least, other.least),
        Math.max(most, other.most));
  }

  /** Returns how far the sum of confidence is from the number of right predictions. */
  double gap() {
    return Math.abs(confidence.plus(-(double) right).toDouble());
  }
}
