package io.semimeta.distributed;

import java.util.Locale;

/**
 * Counts a run's restarts. Those in a row are limited, in which the run has not come further: a
 * long run may meet many faults, each of which costs it a little.
 */
final class Restarts {
  private final int most;
  private int all;
  private int inARow;
  private long furthest;

  /**
   * Begins to count.
   *
   * @param most in a row
   * @param step of the checkpoint that the run begins with, or 0
   */
  Restarts(int most, long step) {
    this.most = most;
    this.furthest = step;
  }

  /** Takes note of the newest sound checkpoint's step: one beyond all before is progress. */
  void reached(long step) {
    if (step > furthest) {
      furthest = step;
      inARow = 0;
    }
  }

  /** Whether there is to be no other restart. */
  boolean isOver() {
    return inARow >= most;
  }

  void add() {
    all++;
    inARow++;
  }

  /** How many there were. */
  int all() {
    return all;
  }

  /** What the run ends with. */
  String lastWords() {
    String which =
        all == inARow
            ? ""
            : String.format(Locale.ROOT, ", %d of them since step %d", inARow, furthest);
    return String.format(
        Locale.ROOT,
        "training failed after %d restarts%s; --resume goes on from the last checkpoint",
        all,
        which);
  }
}
