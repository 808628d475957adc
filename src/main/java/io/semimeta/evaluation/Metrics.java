package io.semimeta.evaluation;

import io.semimeta.training.ErrorCounts;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds predictions up, in tasks and then on the driver. Counts are whole numbers and sums are
 * exact, so the order of images and the number of tasks change nothing. Predictions without a label
 * count for nothing.
 */
final class Metrics implements Serializable {
  private static final long serialVersionUID = 1L;

  private final int classes;
  private ErrorCounts total = ErrorCounts.NONE;
  private ExactSum crossEntropy = ExactSum.ZERO;
  private ExactSum brier = ExactSum.ZERO;

  /** Holds counts by label times the number of classes plus prediction; most pairs never occur. */
  private final HashMap<Long, Long> pairs = new HashMap<>();

  private final ArrayList<ErrorCounts> perClass;
  private final ArrayList<Bin> bins;

  /** Makes the sums of no predictions. */
  Metrics(int classes) {
    this.classes = classes;
    perClass = new ArrayList<>(Collections.nCopies(classes, ErrorCounts.NONE));
    bins = new ArrayList<>(Collections.nCopies(Calibration.BINS, Bin.EMPTY));
  }

  /** Adds a prediction, and returns these sums. */
  Metrics add(Prediction one) {
    if (!one.hasLabel()) {
      return this;
    }
    ErrorCounts counts = ErrorCounts.of(one.classesAhead());
    total = total.plus(counts);
    perClass.set(one.label(), perClass.get(one.label()).plus(counts));
    pairs.merge((long) one.label() * classes + one.predicted(), 1L, Long::sum);
    crossEntropy = crossEntropy.plus(one.crossEntropy());
    brier = brier.plus(one.brier());
    int bin = Calibration.equalWidth(one.confidence());
    bins.set(bin, bins.get(bin).plus(one));
    return this;
  }

  /** Adds other sums, and returns these. */
  Metrics add(Metrics other) {
    total = total.plus(other.total);
    crossEntropy = crossEntropy.plus(other.crossEntropy);
    brier = brier.plus(other.brier);
    other.pairs.forEach((pair, count) -> pairs.merge(pair, count, Long::sum));
    for (int c = 0; c < classes; c++) {
      perClass.set(c, perClass.get(c).plus(other.perClass.get(c)));
    }
    for (int m = 0; m < bins.size(); m++) {
      bins.set(m, bins.get(m).plus(other.bins.get(m)));
    }
    return this;
  }

  ErrorCounts total() {
    return total;
  }

  /** Returns the counts in class order. */
  List<ErrorCounts> perClass() {
    return List.copyOf(perClass);
  }

  /** Returns the number of labelled images by label, then by predicted class. */
  long[][] confusion() {
    long[][] matrix = new long[classes][classes];
    for (Map.Entry<Long, Long> pair : pairs.entrySet()) {
      int label = (int) (pair.getKey() / classes);
      matrix[label][(int) (pair.getKey() % classes)] = pair.getValue();
    }
    return matrix;
  }

  /** Returns the mean over the labelled images. */
  double crossEntropy() {
    return crossEntropy.mean(total.examples());
  }

  /** Returns the mean over the labelled images of the squared distance, from 0 to 2. */
  double brier() {
    return brier.mean(total.examples());
  }

  /** Returns the bins of equal width. */
  Calibration calibration() {
    return Calibration.ofEqualWidth(bins);
  }
}
