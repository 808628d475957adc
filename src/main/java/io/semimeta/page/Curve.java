package io.semimeta.page;

import java.util.Arrays;

/**
 * Holds points of a curve, in the order of x.
 *
 * @param x the places
 * @param y as many values; one that is not finite leaves a gap
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Curve(double[] x, double[] y) {

  /**
   * Makes a curve.
   *
   * @throws IllegalArgumentException where there are not as many values as places
   */
  public Curve {
    if (x.length != y.length) {
      throw new IllegalArgumentException(x.length + " places, " + y.length + " values");
    }
  }

  /** Tells whether no value is finite. */
  public boolean isEmpty() {
    return Arrays.stream(y).noneMatch(Double::isFinite);
  }

  /**
   * Returns the curve of the means over a window of points around each; values that are not finite
   * count for nothing, and stay.
   *
   * @param window the number of points, at least 1
   */
  public Curve smoothed(int window) {
    double[] means = new double[y.length];
    double[] sums = new double[y.length + 1]; // of all before, for windows may be long
    int[] counts = new int[y.length + 1];
    for (int i = 0; i < y.length; i++) {
      boolean isFinite = Double.isFinite(y[i]);
      sums[i + 1] = sums[i] + (isFinite ? y[i] : 0);
      counts[i + 1] = counts[i] + (isFinite ? 1 : 0);
    }
    for (int i = 0; i < y.length; i++) {
      int first = Math.max(0, i - (window - 1) / 2);
      int end = Math.min(y.length - 1, i + window / 2) + 1;
      means[i] =
          Double.isFinite(y[i]) ? (sums[end] - sums[first]) / (counts[end] - counts[first]) : y[i];
    }
    return new Curve(x, means);
  }

  /**
   * Returns a curve of about as many points at most, which looks the same: of each stretch it keeps
   * the lowest and the highest point. A stretch without finite values stays a gap.
   *
   * @param most the number of points, at least 2
   */
  Curve thinned(int most) {
    if (x.length <= most) {
      return this;
    }
    int stretches = Math.max(1, most / 2);
    double[] places = new double[2 * stretches];
    double[] values = new double[2 * stretches];
    for (int s = 0; s < stretches; s++) {
      int from = (int) ((long) x.length * s / stretches);
      int to = (int) ((long) x.length * (s + 1) / stretches);
      int low = from;
      int high = from;
      for (int i = from; i < to; i++) {
        low = Double.isFinite(y[i]) && !(y[low] <= y[i]) ? i : low;
        high = Double.isFinite(y[i]) && !(y[high] >= y[i]) ? i : high;
      }
      places[2 * s] = x[Math.min(low, high)];
      values[2 * s] = y[Math.min(low, high)];
      places[2 * s + 1] = x[Math.max(low, high)];
      values[2 * s + 1] = y[Math.max(low, high)];
    }
    return new Curve(places, values);
  }
}
