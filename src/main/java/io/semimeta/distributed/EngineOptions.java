package io.semimeta.distributed;

import java.time.Duration;

/**
 * Which engine, and how patient it is.
 *
 * @param engine its name, see {@link EngineKind#named}
 * @param maxRestarts in a row in which the run has not come further
 * @param startTimeout until the ranks run, from submission
 * @param callTimeout of each call between the ranks
 * @param allowUnencrypted whether gradients may travel in the clear where Spark's own traffic is
 *     encrypted
 */
public record EngineOptions(
    String engine,
    int maxRestarts,
    Duration startTimeout,
    Duration callTimeout,
    boolean allowUnencrypted) {

  /** Where encryption is not weakened. */
  public EngineOptions(
      String engine, int maxRestarts, Duration startTimeout, Duration callTimeout) {
    this(engine, maxRestarts, startTimeout, callTimeout, false);
  }
}
