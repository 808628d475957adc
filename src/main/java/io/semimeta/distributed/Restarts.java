package io.semimeta.distributed;

/**
 * Counts a run's restarts. Only restarts in a row, without a new checkpoint, are limited: a long
 * run may meet many faults, each of which costs it a little.
 */
final class Restarts {
  private final int most;
  private int all;
  private int inARow;
  private long furthest;

  /**
   * Begins to count.
   *
   * @param most the most restarts in a row
   * @param step the step of the checkpoint that the run begins with, or 0
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

  /** Tells whether there is to be no other restart. */
  boolean isOver() {
    return inARow >= most;
  }

  void add() {
    all++;
    inARow++;
  }

  /** Returns how many restarts there were. */
  int all() {
    return all;
  }

  /** Returns the message that the run fails with. */
  String lastWords() {
    String which = all == inARow ? "" : ", %s of them since step %s".formatted(inARow, furthest);
    return "training failed after %s restarts%s; --resume goes on from the last checkpoint"
        .formatted(all, which);
  }
}
