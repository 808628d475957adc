package io.semimeta.ml;

import io.semimeta.UserError;
import java.util.Arrays;

/** Chooses classes by thresholds, as Spark's classifiers do. */
final class Thresholds {
  private Thresholds() {}

  /**
   * Returns a stage's thresholds, or null where it has none.
   *
   * @throws UserError where they are not one a class, or no thresholds
   */
  static double[] of(ColumnParams<?> params, int classes) {
    if (!params.isDefined(params.thresholds())) {
      return null;
    }
    double[] thresholds = params.getThresholds();
    if (thresholds.length != classes) {
      throw new UserError(
          "thresholds: there are %s, but the model has %s classes"
              .formatted(thresholds.length, classes));
    }
    boolean sound = Arrays.stream(thresholds).allMatch(t -> t >= 0 && Double.isFinite(t));
    if (!sound || Arrays.stream(thresholds).filter(t -> t == 0).count() > 1) {
      throw new UserError(
          "thresholds %s: must not be negative, and at most one may be 0"
              .formatted(Arrays.toString(thresholds)));
    }
    return thresholds;
  }

  /** Returns the first class of the largest ratio; a threshold of 0 makes that infinite. */
  static int largest(double[] probabilities, double[] thresholds) {
    int best = 0;
    for (int c = 1; c < probabilities.length; c++) {
      if (ratio(probabilities, thresholds, c) > ratio(probabilities, thresholds, best)) {
        best = c;
      }
    }
    return best;
  }

  private static double ratio(double[] probabilities, double[] thresholds, int c) {
    // As in Spark, a class of probability 0 is not chosen, even by a threshold of 0.
    return probabilities[c] == 0 && thresholds[c] == 0 ? -1 : probabilities[c] / thresholds[c];
  }
}
