package io.semimeta.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which checkpoints of a run stay. Only sound ones count; whether those of an earlier
 * attempt are, their checksums tell, which are compared once.
 */
final class Retention {
  private final Look look;

  /** Steps that were written here, or whose checksums were right. */
  private final Set<Long> verified = new HashSet<>();

  Retention(Look look) {
    this.look = look;
  }

  /** How a checkpoint is looked at. */
  @FunctionalInterface
  interface Look {
    /**
     * Finds what is wrong with it.
     *
     * @param whole whether to compare checksums too
     */
    Optional<UnsoundCheckpoint> at(long step, boolean whole);
  }

  void written(long step) {
    verified.add(step);
  }

  /**
   * The steps that have had their time: those before the newest {@code n} sound ones, and
   * unfinished ones before the newest.
   *
   * @param always steps that stay in any case
   */
  List<Long> tooMany(NavigableSet<Long> steps, int n, Set<Long> always) {
    List<Long> tooMany = new ArrayList<>();
    int sound = 0;
    for (long step : steps.descendingSet()) {
      boolean old = sound >= n;
      if (!old) {
        Optional<UnsoundCheckpoint> fault = fault(step, steps.size() > n);
        sound += fault.isEmpty() ? 1 : 0;
        old = sound > 0 && fault.filter(UnsoundCheckpoint::unfinished).isPresent();
      }
      if (old && !always.contains(step)) {
        tooMany.add(step);
      }
    }
    return tooMany;
  }

  private Optional<UnsoundCheckpoint> fault(long step, boolean whole) {
    boolean compared = whole && !verified.contains(step);
    Optional<UnsoundCheckpoint> fault = look.at(step, compared);
    if (compared && fault.isEmpty()) {
      verified.add(step);
    }
    return fault;
  }
}
