package io.semimeta.bigdl;

import java.io.Serializable;

/**
 * Describes how BigDL cuts a flat vector among the executors: into slices in order, the first ones
 * longer by one where the lengths differ. BigDL drops what goes wrong in some of its threads, so a
 * gradient may lack a rank's part, or a slice of the weights be of an earlier step. Each slice
 * therefore ends with a number of ours, its mark, which travels the same way, after the rest:
 *
 * <pre>
 *   ours    | a b c d e f g h i j k |
 *   BigDL's | a b c d M | e f g h M | i j k M |
 * </pre>
 *
 * <p>A mark in the weights is the number of updates that the slice has seen, and all marks must be
 * the same. A mark in the gradients is a number that every rank puts there for the step, and the
 * mean must be that number.
 *
 * @param length the length of our vector
 * @param count the number of executors
 */
record Slices(int length, int count) implements Serializable {
  /** A float32 counts exactly up to this many updates. */
  static final long MOST_UPDATES = 1 << 24;

  private static final int GRADIENT_MARKS = 1024;

  /** Returns the length of BigDL's vector. */
  int total() {
    return Math.addExact(length, count);
  }

  /** Returns where a slice begins in BigDL's vector. */
  int start(int slice) {
    return slice * (total() / count) + Math.min(slice, total() % count);
  }

  /** Returns where a slice's mark is in BigDL's vector. */
  int mark(int slice) {
    return start(slice + 1) - 1;
  }

  /** Returns where a slice begins in our vector. */
  int ownStart(int slice) {
    return start(slice) - slice;
  }

  /** Returns how many numbers of our vector a slice holds. */
  int ownLength(int slice) {
    return mark(slice) - start(slice);
  }

  /** Returns the gradients' mark of step {@code s}, from 0; its sum over the ranks is exact. */
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
   * Returns how many updates the weights have seen.
   *
   * @throws IllegalStateException where the slices' marks differ
   */
  long updates(float[] weights, int offset) {
    float updates = weights[offset + mark(0)];
    for (int i = 1; i < count; i++) {
      requireMark(updates, weights[offset + mark(i)], "weights", i);
    }
    return (long) updates;
  }

  /**
   * Refuses a slice's mean gradient that lacks some rank's part of this very step.
   *
   * @throws IllegalStateException naming the slice
   */
  void requireComplete(float mean, long s, int slice) {
    // A part that is missing, or from another step, moves the mean by at least 1 / count.
    if (!(Math.abs(mean - gradientMark(s)) < 0.25 / count)) {
      requireMark(gradientMark(s), mean, "gradients", slice);
    }
  }

  static void requireMark(float expected, float found, String what, int slice) {
    if (expected != found) {
      throw new IllegalStateException(
          "slice %s of the %s is not whole: mark %s, not %s"
              .formatted(slice, what, found, expected));
    }
  }
}
