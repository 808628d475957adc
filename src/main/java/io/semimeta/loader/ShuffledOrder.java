package io.semimeta.loader;

import io.semimeta.RandomStream;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Draws an endless random order of records: every epoch, a pass over all of them, has another one.
 * Any place in it can be asked for at any time, so a resumed run needs no replay; only what belongs
 * to the epoch in use is kept. One thread at a time may use it.
 *
 * <p>An epoch is cut into windows, so that records can be read from their files in long pieces and
 * shuffled in little memory. A window is some blocks of neighbouring records, drawn anew for each
 * epoch; its records are shuffled among one another. Where one window holds all records, every
 * epoch is a random permutation of them.
 */
final class ShuffledOrder {
  private final int size;
  private final int blockSize;
  private final int blocksPerWindow;
  private final int blockCount;
  private final int windowCount;
  private final RandomStream purpose;
  private final long seed;
  private final long rank;

  private Epoch epoch = new Epoch(-1, new int[0], new int[0], new long[0]);
  private Window window = new Window(-1, new int[0], new int[0]);

  /**
   * Makes the order of the records [0, size).
   *
   * @param blockSize neighbouring records that are read together
   * @param blocksPerWindow how many blocks are shuffled together
   * @param purpose purpose of the order; orders of one seed differ by it
   */
  ShuffledOrder(
      int size, int blockSize, int blocksPerWindow, RandomStream purpose, long seed, int rank) {
    this.size = size;
    this.blockSize = blockSize;
    this.blocksPerWindow = blocksPerWindow;
    this.blockCount = (size + blockSize - 1) / blockSize;
    this.windowCount = (blockCount + blocksPerWindow - 1) / blocksPerWindow;
    this.purpose = purpose;
    this.seed = seed;
    this.rank = rank;
  }

  /** Makes the order of records that are all in memory, in one window. */
  ShuffledOrder(int size, RandomStream purpose, long seed, int rank) {
    this(size, Math.max(1, size), 1, purpose, seed, rank);
  }

  /**
   * Describes records that are in memory together.
   *
   * @param number number of the window, counted over all epochs
   * @param blocks the first record of each of its blocks
   * @param order indices of the window's records, one for each place
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Window(long number, int[] blocks, int[] order) {}

  /**
   * Describes a place in the order.
   *
   * @param window number of the window
   * @param place index within the window
   */
  record Location(long window, int place) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Epoch(long number, int[] blocks, int[] windowStarts, long[] windowSeeds) {}

  /** Returns where in the order a position of the endless stream is. */
  Location locate(long position) {
    enter(position / size);
    int inEpoch = (int) (position % size);
    int found = Arrays.binarySearch(epoch.windowStarts, inEpoch);
    int window = found >= 0 ? found : -found - 2;
    return new Location(epoch.number * windowCount + window, inEpoch - epoch.windowStarts[window]);
  }

  /** Returns a window by its number. */
  Window window(long number) {
    if (window.number == number) {
      return window;
    }
    enter(number / windowCount);
    int inEpoch = (int) (number % windowCount);
    int[] blocks = blocksOf(epoch.blocks, inEpoch);
    int[] records =
        Arrays.stream(blocks).flatMap(first -> IntStream.range(first, end(first))).toArray();
    SplittableRandom random =
        windowCount == 1
            ? purpose.generator(seed, rank, epoch.number)
            : new SplittableRandom(epoch.windowSeeds[inEpoch]);
    window = new Window(number, blocks, shuffled(records, random));
    return window;
  }

  /** Tells whether every window is the same records in another order. */
  boolean isOneWindow() {
    return windowCount == 1;
  }

  /** Returns the index after a block's last record. */
  int end(int first) {
    return Math.min(size, first + blockSize);
  }

  /** Returns the records at positions [from, from + count); none where there are none. */
  long[] indices(long from, int count) {
    long[] indices = new long[size == 0 ? 0 : count];
    for (int i = 0; i < indices.length; i++) {
      Location location = locate(from + i);
      indices[i] = window(location.window()).order[location.place()];
    }
    return indices;
  }

  private void enter(long number) {
    if (epoch.number == number) {
      return;
    }
    int[] blocks = IntStream.range(0, blockCount).map(block -> block * blockSize).toArray();
    long[] seeds = new long[windowCount];
    if (windowCount > 1) {
      SplittableRandom random = purpose.generator(seed, rank, number);
      blocks = shuffled(blocks, random);
      Arrays.setAll(seeds, window -> random.nextLong());
    }
    int[] starts = new int[windowCount];
    for (int w = 1; w < windowCount; w++) {
      starts[w] = starts[w - 1];
      for (int first : blocksOf(blocks, w - 1)) {
        starts[w] += end(first) - first;
      }
    }
    epoch = new Epoch(number, blocks, starts, seeds);
  }

  private int[] blocksOf(int[] blocks, int window) {
    int from = window * blocksPerWindow;
    return Arrays.copyOfRange(blocks, from, Math.min(blocks.length, from + blocksPerWindow));
  }

  /** Shuffles a copy by the inside-out form of Fisher and Yates' shuffle. */
  private static int[] shuffled(int[] elements, SplittableRandom random) {
    int[] shuffled = new int[elements.length];
    for (int i = 0; i < elements.length; i++) {
      int j = random.nextInt(i + 1);
      shuffled[i] = shuffled[j];
      shuffled[j] = elements[i];
    }
    return shuffled;
  }
}
