package io.semimeta.console;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How long a job will still take, by its speed since the first step that was seen. That step itself
 * does not count: it warms caches up, and whatever started before it is in its time.
 */
final class TimeLeft {
  /** Steps arrive in bursts, with heartbeats: the speed over a shorter time is no speed. */
  private static final Duration SHORTEST = Duration.ofSeconds(4);

  private long firstStep = -1;
  private long lastStep = -1;
  private Instant first = Instant.MIN;
  private Instant last = Instant.MIN;

  /** A step was done; one below the step before it begins a new measurement. */
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

  /** The time until a step, or empty while the speed is not known. */
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
