package io.semimeta.checkpoint;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;

/**
 * Decides which checkpoints of a run stay. Only sound ones count; for those of an earlier attempt
 * the checksums are compared, once.
 */
final class Retention {
  private final Look look;

  /** Holds the steps that were written here, or whose checksums were right. */
  private final Set<Long> verified = new HashSet<>();

  Retention(Look look) {
    this.look = look;
  }

  /** Looks at a checkpoint. */
  @FunctionalInterface
  interface Look {
    /**
     * Returns what is wrong with the checkpoint of a step, or empty where it is sound.
     *
     * @param whole whether to compare checksums too
     */
    Optional<UnsoundCheckpoint> at(long step, boolean whole);
  }

  void written(long step) {
    verified.add(step);
  }

  /**
   * Returns the steps to delete: those before the newest {@code n} sound ones, and unfinished ones
   * before the newest sound one.
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
