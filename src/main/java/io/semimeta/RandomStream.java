package io.semimeta;

import java.util.SplittableRandom;

/**
 * Names the purposes for which random numbers are drawn. Randomness is stateless: each draw comes
 * from a generator seeded by (seed, purpose, rank, step or epoch) and by nothing else, so a run
 * that is resumed, recovered or moved to the other engine draws what the undisturbed run would have
 * drawn.
 */
public enum RandomStream {
  INITIAL_WEIGHTS(1),
  LABELLED_ORDER(4),
  UNLABELLED_ORDER(5),
  LABELLED_AUGMENTATION(6),
  UNLABELLED_AUGMENTATION(7),
  MIXUP(8),
  DROPOUT(9);

  /** Every seed depends on this number: changing it changes every result. */
  private final long code;

  RandomStream(long code) {
    this.code = code;
  }

  /** Returns the seed of this stream at the given coordinates (rank, then step or epoch). */
  public long seed(long seed, long... coordinates) {
    long mixed = mix(seed, code);
    for (long coordinate : coordinates) {
      mixed = mix(mixed, coordinate);
    }
    return mixed;
  }

  /** Returns a generator of this stream at the given coordinates. */
  public SplittableRandom generator(long seed, long... coordinates) {
    return new SplittableRandom(seed(seed, coordinates));
  }

  /** Applies SplitMix64's finaliser, so that neighbouring coordinates give unrelated seeds. */
  private static long mix(long state, long value) {
    return new SplittableRandom(state * 0x9E3779B97F4A7C15L + value).nextLong();
  }
}
