package io.semimeta.training;

import java.io.Serializable;

/**
 * Counts errors on a set of images; as they are whole numbers, sums over ranks are exact.
 *
 * @param examples the number of images with a label
 * @param top1Errors the number of them whose most likely class is not the label
 * @param top5Errors the number of them whose five most likely classes do not hold the label
 */
public record ErrorCounts(long examples, long top1Errors, long top5Errors) implements Serializable {
  public static final ErrorCounts NONE = new ErrorCounts(0, 0, 0);
  private static final int TOP = 5;

  /**
   * Counts one image.
   *
   * @param classesAhead how many classes the model prefers to the label
   */
  public static ErrorCounts of(long classesAhead) {
    return new ErrorCounts(1, classesAhead >= 1 ? 1 : 0, classesAhead >= TOP ? 1 : 0);
  }

  /** Returns the share of images whose most likely class is wrong. */
  public double top1Error() {
    return (double) top1Errors / examples;
  }

  /** Returns the share of images whose label is not among the five most likely classes. */
  public double top5Error() {
    return (double) top5Errors / examples;
  }

  /** Returns the sums of both counts. */
  public ErrorCounts plus(ErrorCounts other) {
    return new ErrorCounts(
        examples + other.examples, top1Errors + other.top1Errors, top5Errors + other.top5Errors);
  }
}
