package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.training.RankTimes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class StragglersTest {
  private final HandClock clock = new HandClock();
  private final Stragglers stragglers = new Stragglers(clock);

  /** Goes on when it is told to. */
  private static final class HandClock extends Clock {
    private Instant now = Instant.EPOCH;

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }
  }

  /** Ranks that are busy for so many seconds a step. */
  private static List<RankTimes> report(long steps, double... busy) {
    List<RankTimes> times = new ArrayList<>();
    for (double seconds : busy) {
      times.add(new RankTimes(steps, seconds * steps, seconds * steps / 2, 0, seconds * steps / 4));
    }
    return times;
  }

  private List<String> lines(List<RankTimes> times) {
    return stragglers.lines(
        times, IntStream.range(0, times.size()).mapToObj(i -> "host-" + i).toList());
  }

  private void warmUp(int ranks) {
    assertEquals(List.of(), lines(report(50, new double[ranks])));
  }

  @Test
  void aRankThatIsBusyForLongerIsNamedWithItsHost() {
    warmUp(4);
    assertEquals(
        List.of(
            "rank 3 on host-3 is slow: 0.920 s a step where the median is 0.410 s (loading 0.460"
                + " s)"),
        lines(report(50, 0.41, 0.39, 0.42, 0.92)));
  }

  @Test
  void ofTwoTheSlowerIsMeasuredByTheFaster() {
    warmUp(2);
    assertEquals(
        List.of(
            "rank 0 on host-0 is slow: 12.5 s a step where the median is 8.00 s (loading 6.25 s)"
                + "; its processor is shared: it waits 3.13 s a step for it"),
        lines(report(20, 12.5, 8)));
  }

  @Test
  void oneRankIsNeverSlow() {
    warmUp(1);
    assertEquals(List.of(), lines(report(50, 7)));
  }

  @Test
  void neitherALittleNorAFewMillisecondsAreWorthALine() {
    warmUp(3);
    assertEquals(List.of(), lines(report(50, 0.4, 0.4, 0.59)), "less than by half");
    assertEquals(List.of(), lines(report(50, 0.004, 0.004, 0.013)), "less than by 10 ms");
    assertEquals(1, lines(report(50, 0.004, 0.004, 0.015)).size());
  }

  /** The first batch, the first use of the library: cold on some ranks, warm on others. */
  @Test
  void theFirstReportOfAnAttemptIsPassedOver() {
    assertEquals(List.of(), lines(report(50, 0.4, 0.4, 9)));
    assertEquals(List.of(), lines(report(50, 0.4, 0.4, 0.4)), "nor is it added to the next");
    assertEquals(1, lines(report(50, 0.4, 0.4, 0.9)).size());
  }

  @Test
  void fewStepsAreLookedAtTogether() {
    warmUp(2);
    assertEquals(List.of(), lines(report(1, 0.1, 1.0)), "a single step may be slow");
    for (int i = 2; i < Stragglers.LEAST_STEPS; i++) {
      assertEquals(List.of(), lines(report(1, 0.1, 0.1)));
    }
    assertEquals(List.of(), lines(report(1, 0.1, 0.1)), "0.145 s on the whole");
    for (int i = 1; i < Stragglers.LEAST_STEPS; i++) {
      assertEquals(List.of(), lines(report(1, 0.1, 0.2)));
    }
    assertEquals(1, lines(report(1, 0.1, 0.2)).size());
  }

  @Test
  void aRankIsNamedNowAndThen() {
    warmUp(3);
    List<RankTimes> slow = report(50, 0.1, 0.1, 0.3);
    assertEquals(1, lines(slow).size());
    clock.now = clock.now.plus(Stragglers.SILENCE).minus(Duration.ofSeconds(1));
    assertEquals(List.of(), lines(slow));
    List<String> other = lines(report(50, 0.1, 0.3, 0.1));
    assertTrue(other.get(0).startsWith("rank 1 on host-1 "), "another rank is another matter");
    clock.now = clock.now.plusSeconds(1);
    assertEquals(1, lines(slow).size());
  }
}
