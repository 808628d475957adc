package io.semimeta.evaluation;

import io.semimeta.training.ErrorCounts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Adds predictions up. Predictions without a label count for nothing. */
final class Metrics {
  private static final int BINS = 15;

  private ErrorCounts total = ErrorCounts.NONE;
  private final List<ErrorCounts> perClass;
  private double crossEntropy;

  /** Holds for each bin the sum of confidence minus the number of right predictions. */
  private final double[] gaps = new double[BINS];

  private Metrics(int classes) {
    perClass = new ArrayList<>(Collections.nCopies(classes, ErrorCounts.NONE));
  }

  /**
   * Adds predictions up.
   *
   * @param predictions the predictions, in the order in which their figures are summed
   * @param classes the number of classes
   */
  static Metrics of(List<Prediction> predictions, int classes) {
    Metrics metrics = new Metrics(classes);
    for (Prediction prediction : predictions) {
      if (prediction.hasLabel()) {
        metrics.add(prediction);
      }
    }
    return metrics;
  }

  private void add(Prediction prediction) {
    ErrorCounts one = ErrorCounts.of(prediction.classesAhead());
    total = total.plus(one);
    perClass.set(prediction.label(), perClass.get(prediction.label()).plus(one));
    crossEntropy += prediction.crossEntropy();
    double right = 1 - one.top1Error();
    gaps[bin(prediction.confidence())] += prediction.confidence() - right;
  }

  /** Bin m of M holds confidences in (m/M, (m+1)/M]. */
  private static int bin(double confidence) {
    return Math.min(BINS - 1, Math.max(0, (int) Math.ceil(confidence * BINS) - 1));
  }

  ErrorCounts total() {
    return total;
  }

  /** Returns the counts in class order. */
  List<ErrorCounts> perClass() {
    return List.copyOf(perClass);
  }

  /** Returns the mean over the labelled images. */
  double crossEntropy() {
    return crossEntropy / total.examples();
  }

  /**
   * Returns how far confidence is from accuracy: the mean over 15 equal bins of confidence,
   * weighted by their numbers of images, of |mean confidence - accuracy|.
   *
   * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al. 2017, equation 3</a>
   */
  double expectedCalibrationError() {
    double sum = 0;
    for (double gap : gaps) {
      sum += Math.abs(gap);
    }
    return sum / total.examples();
  }
}
