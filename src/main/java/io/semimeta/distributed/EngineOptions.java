package io.semimeta.distributed;

import java.time.Duration;

/**
 * Says which engine trains, and how patient it is.
 *
 * @param engine the engine's name, see {@link EngineKind#named}
 * @param maxRestarts the most restarts in a row in which the run has not come further
 * @param startTimeout the longest time from submission until the ranks run
 * @param callTimeout the longest time of each call between the ranks
 * @param allowUnencrypted whether gradients may travel in the clear where Spark's own traffic is
 *     encrypted
 */
public record EngineOptions(
    String engine,
    int maxRestarts,
    Duration startTimeout,
    Duration callTimeout,
    boolean allowUnencrypted) {

  /** Makes options that do not weaken encryption. */
  public EngineOptions(
      String engine, int maxRestarts, Duration startTimeout, Duration callTimeout) {
    this(engine, maxRestarts, startTimeout, callTimeout, false);
  }
}
