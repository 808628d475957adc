package io.semimeta.bigdl;

import java.io.Serializable;
import java.util.Locale;

/**
 * How BigDL cuts a flat vector among the executors: slices in order, the first ones longer by one
 * where the length is no multiple. BigDL drops what goes wrong in some of its threads, so that a
 * gradient may come without a rank's part, or a slice of the weights from an earlier step. So each
 * slice ends with a number of ours, its mark, which travels the same way, after the rest:
 *
 * <pre>
 *   ours    | a b c d e f g h i j k |
 *   BigDL's | a b c d M | e f g h M | i j k M |
 * </pre>
 *
 * <p>In the weights a mark is the number of updates that the slice has seen; they must all be the
 * same. In the gradients it is a number that every rank puts there for the step; the mean must be
 * that number.
 *
 * @param length of our vector
 * @param count executors
 */
record Slices(int length, int count) implements Serializable {
  /** The most updates that a float32 counts exactly. */
  static final long MOST_UPDATES = 1 << 24;

  private static final int GRADIENT_MARKS = 1024;

  /** Length of BigDL's vector. */
  int total() {
    return Math.addExact(length, count);
  }

  /** Where a slice begins in BigDL's vector. */
  int start(int slice) {
    return slice * (total() / count) + Math.min(slice, total() % count);
  }

  /** Where its mark is, in BigDL's vector. */
  int mark(int slice) {
    return start(slice + 1) - 1;
  }

  /** Where it begins in our vector. */
  int ownStart(int slice) {
    return start(slice) - slice;
  }

  /** How many numbers of ours are in it. */
  int ownLength(int slice) {
    return mark(slice) - start(slice);
  }

  /** The mark of a gradient of step {@code s}, from 0: so small that a sum over ranks is exact. */
  static float gradientMark(long s) {
    return 1 + s % GRADIENT_MARKS;
  }

  /** Puts the same mark at the end of each slice. */
  void putMarks(float[] vector, int offset, float mark) {
    for (int i = 0; i < count; i++) {
      vector[offset + mark(i)] = mark;
    }
  }

  /**
   * How many updates the weights have seen.
   *
   * @throws IllegalStateException where it is not the same number for every slice
   */
  long updates(float[] weights, int offset) {
    float updates = weights[offset + mark(0)];
    for (int i = 1; i < count; i++) {
      requireMark(updates, weights[offset + mark(i)], "weights", i);
    }
    return (long) updates;
  }

  /**
   * Refuses a mean of gradients that does not have a part of every rank from this very step.
   *
   * @throws IllegalStateException naming the slice
   */
  void requireComplete(float mean, long s, int slice) {
    // A part that is missing, or from another step, moves the mean by 1 / count at least.
    if (!(Math.abs(mean - gradientMark(s)) < 0.25 / count)) {
      requireMark(gradientMark(s), mean, "gradients", slice);
    }
  }

  static void requireMark(float expected, float found, String what, int slice) {
    if (expected != found) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "slice %d of the %s is not whole: mark %s, not %s",
              slice,
              what,
              found,
              expected));
    }
  }
}
