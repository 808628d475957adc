package io.semimeta.distributed;

import java.time.Duration;

/**
 * How patient the engine is.
 *
 * @param maxRestarts attempts after the first
 * @param startTimeout until the ranks run, from submission
 * @param callTimeout of each call between the ranks
 */
public record BarrierOptions(int maxRestarts, Duration startTimeout, Duration callTimeout) {}
