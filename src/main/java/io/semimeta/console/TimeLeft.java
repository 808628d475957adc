package io.semimeta.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Estimates how long a job will still take, by its speed since the first step that was seen. That
 * step itself does not count: it warms caches up, and its time includes whatever started before.
 */
final class TimeLeft {
  /** Steps arrive in bursts, with heartbeats, so no shorter time gives a speed. */
  private static final Duration SHORTEST = Duration.ofSeconds(4);

  private long firstStep = -1;
  private long lastStep = -1;
  private Instant first = Instant.MIN;
  private Instant last = Instant.MIN;

  /** Takes note of a step; one below the last begins a new measurement. */
  void stepped(long step, Instant now) {
    if (firstStep < 0 || step < lastStep) {
      firstStep = step;
      first = now;
    }
    if (step != lastStep) {
      lastStep = step;
      last = now;
    }
  }

  /** Returns the time until a step, or empty while the speed is not known. */
  Optional<Duration> until(long step) {
    if (lastStep <= firstStep) {
      return Optional.empty();
    }
    Duration measured = Duration.between(first, last);
    return measured.compareTo(SHORTEST) < 0
        ? Optional.empty()
        : Optional.of(
            measured.multipliedBy(Math.max(0, step - lastStep)).dividedBy(lastStep - firstStep));
  }
}
