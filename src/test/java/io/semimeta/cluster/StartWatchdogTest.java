package io.semimeta.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.recordio.LocalSpark;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StartWatchdogTest {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Duration AFTER = LIMIT.plusSeconds(1);

  /** The driver may stand still, as for its garbage, between the question and the clock. */
  @Test
  void ranksThatStartInTimeAreNotTakenForLate() {
    try (LocalSpark spark = new LocalSpark("local[1]");
        StartWatchdog watchdog = StartWatchdog.ofRanks(spark.context(), "group", 1, LIMIT)) {
      AtomicReference<Duration> clock = new AtomicReference<>(LIMIT.minusSeconds(1));
      watchdog.look(
          clock::get,
          () -> {
            clock.set(AFTER);
            return false;
          });
      assertEquals(Optional.empty(), watchdog.failure());
      watchdog.look(() -> AFTER, () -> true);
      assertEquals(Optional.empty(), watchdog.failure());
      watchdog.look(() -> AFTER, () -> false);
      String line = watchdog.failure().orElseThrow().getMessage();
      assertTrue(line.startsWith("the ranks did not start within 3600 s: "), line);
    }
  }

  /** A local master's driver is its executor; other runs' ranks may have all its cores. */
  @Test
  void whatComesBeforeTheRanksMayWaitForOtherJobs() throws Exception {
    try (LocalSpark spark = new LocalSpark("local[1]");
        StartWatchdog ranks = StartWatchdog.ofRanks(spark.context(), "ranks", 1, Duration.ZERO);
        StartWatchdog before =
            StartWatchdog.ofExecutors(spark.context(), "before", 1, Duration.ZERO)) {
      while (ranks.failure().isEmpty()) { // looked at each second, the other one after it
        TimeUnit.MILLISECONDS.sleep(10);
      }
      TimeUnit.MILLISECONDS.sleep(1500);
      assertEquals(Optional.empty(), before.failure());
    }
  }
}
