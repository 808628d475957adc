package io.semimeta.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgressLineTest {
  private static final List<String> FIGURES =
      List.of("loss 1.532", "label error 12.5 %", "pseudo-label error 40.3 %", "118 images/s");

  private static ProgressLine at(long step, List<String> figures) {
    Optional<Duration> left = Optional.of(Duration.ofSeconds(754));
    return new ProgressLine("train", "", step, 400_000, Duration.ofSeconds(20), left, figures);
  }

  @Test
  void figuresTakeTheRoomThatTheShortestBarLeaves() {
    assertEquals(
        "train  50,000 / 400,000   12 %  [=>                  ]  0:12:34 left  loss 1.532",
        at(50_000, FIGURES).fitted(80));
    assertEquals(
        "train  50,000 / 400,000   12 %  [=>                  ]  0:12:34 left  loss 1.532"
            + "  label error 12.5 %",
        at(50_000, FIGURES).fitted(100));
  }

  @Test
  void withoutRoomForTwentyCharactersThereIsNoBar() {
    assertEquals(
        "train  50,000 / 400,000   12 %  0:12:34 left  loss 1.532", at(50_000, FIGURES).fitted(60));
    assertEquals("train  50,000 / 400,000", at(50_000, FIGURES).fitted(23));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 59, 60, 79, 80, 100, 119, 120, 200})
  void noLineIsTooLongAndNoBarTooShort(int width) {
    for (int figures = 0; figures <= FIGURES.size(); figures++) {
      for (long step : new long[] {0, 1, 20_000, 200_000, 399_999, 400_000}) {
        String line = at(step, FIGURES.subList(0, figures)).fitted(width);
        assertTrue(line.length() <= width, line);
        int open = line.indexOf('[');
        int length = line.indexOf(']') - open - 1;
        assertTrue(open < 0 ? width < 85 : length >= 20 && length <= 40, line);
      }
    }
  }

  @Test
  void theBarIsFullAtTheEndAlone() {
    assertTrue(at(399_999, List.of()).fitted(120).contains("=> ]"));
    String end = at(400_000, List.of()).fitted(120);
    assertTrue(end.contains("==]  0:00:20 elapsed"), end);
    assertFalse(at(0, List.of()).fitted(120).contains("="));
  }

  @Test
  void aPhaseHasNoNumbers() {
    ProgressLine line =
        new ProgressLine(
            "train", "first step", 0, 10, Duration.ofSeconds(4), Optional.empty(), FIGURES);
    assertEquals("train: first step  0:00:04", line.plain());
    assertEquals(line.plain(), line.fitted(79));
  }

  @Test
  void columnsOfATerminal() {
    assertEquals(132, Terminal.columns("50 132\n"));
    assertEquals(80, Terminal.columns("0 0\n"));
    assertEquals(80, Terminal.columns("\n"));
  }
}
