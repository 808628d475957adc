package io.semimeta.benchmark;

import java.util.Optional;

/**
 * Says how often work is timed.
 *
 * @param threads the threads that libtorch computes with
 * @param steps the steps of a round
 * @param against another program's benchmark, for the shell, to take turns with
 */
public record Repetition(int threads, int steps, Optional<String> against) {
  private static final int ROUNDS = 5;

  /** Returns how often the steps, and the other program, are timed. */
  int rounds() {
    return against.isPresent() ? ROUNDS : 1;
  }
}
