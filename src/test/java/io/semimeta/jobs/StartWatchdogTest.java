package io.semimeta.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.recordio.LocalSpark;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class StartWatchdogTest {
  private static final Duration LIMIT = Duration.ofHours(1);
  private static final Duration AFTER = LIMIT.plusSeconds(1);

  /** The driver may stand still, as for its garbage, between the question and the clock. */
  @Test
  void ranksThatStartInTimeAreNotTakenForLate() {
    try (LocalSpark spark = new LocalSpark("local[1]");
        StartWatchdog watchdog = new StartWatchdog(spark.context(), "group", 1, LIMIT)) {
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
}
