package io.semimeta.distributed;

import io.semimeta.Shown;
import io.semimeta.training.RankTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Names the ranks that the others wait for, in the log. All ranks' steps take the same time, for
 * each waits for the slowest; what tells them apart is how long a rank is busy without waiting for
 * others. Each attempt has its own object: the next may have its ranks elsewhere.
 */
public final class Stragglers {
  private static final Logger LOG = LogManager.getLogger(Stragglers.class);

  /** At least this many steps are looked at together, which may take several reports. */
  static final int LEAST_STEPS = 20;

  /** A straggler is busy for longer than the median by this factor and these seconds. */
  private static final double FACTOR = 1.5;

  private static final double LEAST_SECONDS = 0.01;

  /** A rank is not named again for this long. */
  static final Duration SILENCE = Duration.ofMinutes(10);

  private final Clock clock;
  private final Map<Integer, Instant> named = new HashMap<>();
  private List<RankTimes> window = List.of();
  private boolean warm;

  public Stragglers(Clock clock) {
    this.clock = clock;
  }

  /**
   * Takes note of the ranks' times in a report. The first report is passed over, because the JVMs
   * and the file caches are cold in it.
   *
   * @param times the ranks' times, in rank order
   * @param hosts the ranks' hosts, in rank order
   */
  public void look(List<RankTimes> times, List<String> hosts) {
    lines(times, hosts).forEach(LOG::warn);
  }

  /** Returns a line for each straggler. */
  List<String> lines(List<RankTimes> times, List<String> hosts) {
    if (!warm) {
      warm = true;
      return List.of();
    }
    window = window.isEmpty() ? times : sums(window, times);
    if (window.isEmpty() || window.get(0).steps() < LEAST_STEPS) {
      return List.of();
    }
    double median = median(window);
    List<String> lines = new ArrayList<>();
    for (int rank = 0; rank < window.size(); rank++) {
      RankTimes of = window.get(rank);
      double busy = of.busyOfStep();
      if (busy > FACTOR * median && busy > median + LEAST_SECONDS && mayName(rank)) {
        lines.add(line(rank, hosts.get(rank), of, median));
      }
    }
    window = List.of();
    return lines;
  }

  /** Blames other programs where more than half of what the rank takes longer is theirs. */
  private static String line(int rank, String host, RankTimes of, double median) {
    double busy = of.busyOfStep();
    double waits = of.processorWaitOfStep();
    String line =
        Shown.format(
            "rank %d on %s is slow: %.3g s a step where the median is %.3g s (loading %.3g s)",
            rank, host, busy, median, of.loaderWaitOfStep());
    return waits > (busy - median) / 2
        ? line + Shown.format("; its processor is shared: it waits %.3g s a step for it", waits)
        : line;
  }

  private boolean mayName(int rank) {
    Instant now = clock.instant();
    Instant last = named.get(rank);
    if (last != null && Duration.between(last, now).compareTo(SILENCE) < 0) {
      return false;
    }
    named.put(rank, now);
    return true;
  }

  private static List<RankTimes> sums(List<RankTimes> a, List<RankTimes> b) {
    List<RankTimes> sums = new ArrayList<>();
    for (int rank = 0; rank < a.size(); rank++) {
      sums.add(a.get(rank).plus(b.get(rank)));
    }
    return sums;
  }

  /** Returns the lower median, so that of two ranks the slower is measured by the faster. */
  private static double median(List<RankTimes> ranks) {
    return ranks.stream()
        .mapToDouble(RankTimes::busyOfStep)
        .sorted()
        .skip((ranks.size() - 1) / 2)
        .findFirst()
        .orElseThrow();
  }
}
