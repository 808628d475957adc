package io.semimeta.benchmark;

import io.semimeta.model.NativeLibrary;
import io.semimeta.model.Placement;
import java.util.Optional;

/**
 * Says how often work is timed.
 *
 * @param threads the threads that libtorch computes with
 * @param tf32 whether a GPU rounds what it multiplies to TF32, which training never lets it do
 * @param steps the steps of a round
 * @param against another program's benchmark, for the shell, to take turns with
 */
public record Repetition(int threads, boolean tf32, int steps, Optional<String> against) {
  private static final int ROUNDS = 5;

  /** Returns how often the steps, and the other program, are timed. */
  int rounds() {
    return against.isPresent() ? ROUNDS : 1;
  }

  /**
   * Loads libtorch, to compute as it is asked to.
   *
   * @throws io.semimeta.UserError where there is no such device
   */
  void load(Placement placement) {
    NativeLibrary.load(threads);
    if (placement.isCuda()) {
      Placement.requireCuda();
    }
    if (tf32) {
      NativeLibrary.allowTf32();
    }
  }
}
