package io.semimeta.data;

import io.semimeta.RandomStream;
import java.util.SplittableRandom;

/**
 * An endless stream of indices: one random permutation after the other. Any place in it can be
 * asked for at any time, so a resumed run needs no replay; only the permutations in use are kept.
 */
final class IndexStream {
  private final int size;
  private final RandomStream purpose;
  private final long seed;
  private final long rank;
  private long epoch = -1;
  private int[] permutation = {};

  /**
   * Makes the stream over [0, size).
   *
   * @param purpose sets apart streams of one seed
   */
  IndexStream(int size, RandomStream purpose, long seed, int rank) {
    this.size = size;
    this.purpose = purpose;
    this.seed = seed;
    this.rank = rank;
  }

  /** The indices at positions [from, from + count); none where there is nothing to draw from. */
  long[] indices(long from, int count) {
    if (size == 0) {
      return new long[0];
    }
    long[] result = new long[count];
    for (int i = 0; i < count; i++) {
      long position = from + i;
      seek(position / size);
      result[i] = permutation[(int) (position % size)];
    }
    return result;
  }

  private void seek(long wanted) {
    if (wanted == epoch) {
      return;
    }
    int[] shuffled = new int[size];
    SplittableRandom random = purpose.generator(seed, rank, wanted);
    for (int i = 0; i < size; i++) { // the inside-out form of Fisher-Yates
      int j = random.nextInt(i + 1);
      shuffled[i] = shuffled[j];
      shuffled[j] = i;
    }
    permutation = shuffled;
    epoch = wanted;
  }
}
