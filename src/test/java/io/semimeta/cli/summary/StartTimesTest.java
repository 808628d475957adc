package io.semimeta.cli.summary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.training.Phase;
import java.lang.management.ManagementFactory;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StartTimesTest {
  private final Instant jvm =
      Instant.ofEpochMilli(ManagementFactory.getRuntimeMXBean().getStartTime());

  @Test
  void aPhaseLastsUntilTheNext() {
    StartTimes times = StartTimes.of(Map.of("SEMIMETA_BEGAN", (jvm.toEpochMilli() - 1500) + "000"));
    assertEquals(Optional.empty(), times.onPhase(at("starting Spark", 1000)));
    assertEquals(Optional.empty(), times.onPhase(at("first step", 3250)));
    assertEquals(
        Optional.of(
            """
            start                seconds
            reading the command     1.50
            starting the driver     1.00
            starting Spark          2.25
            first step              0.75
            all                     5.50"""),
        times.onPhase(at(Phase.STEPS, 4000)));
  }

  @Test
  void anotherAttemptIsNoStart() {
    StartTimes times = StartTimes.of(Map.of("SEMIMETA_BEGAN", jvm.toEpochMilli() + "000"));
    assertTrue(times.onPhase(at(Phase.STEPS, 1000)).isPresent());
    assertEquals(Optional.empty(), times.onPhase(at("first step", 2000)));
    assertEquals(Optional.empty(), times.onPhase(at(Phase.STEPS, 3000)));
  }

  @Test
  void whoDoesNotAskIsNotTold() {
    StartTimes times = StartTimes.of(Map.of());
    assertEquals(Optional.empty(), times.onPhase(at(Phase.STEPS, 1000)));
  }

  private Phase at(String what, long millis) {
    return new Phase(what, jvm.plusMillis(millis));
  }
}
