package io.semimeta.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, UTF_8);
  private Instant now = Instant.EPOCH;

  private ProgressDisplay plain(String name, long total, long start) {
    return new ProgressDisplay(name, total, start, out, OptionalInt.empty(), () -> now);
  }

  private ProgressDisplay onTerminal(String name, long total, long start, int width) {
    return new ProgressDisplay(name, total, start, out, OptionalInt.of(width), () -> now);
  }

  private static List<String> loss(String loss) {
    return List.of("loss " + loss);
  }

  @Test
  void plainLinesAtTheFirstStepEveryTenSecondsAndAtTheEnd() {
    try (ProgressDisplay display = plain("train", 2000, 900)) {
      now = now.plusSeconds(30);
      display.update(901, loss("9.0"));
      now = now.plusSeconds(10);
      display.update(1000, loss("1.5"));
      now = now.plusSeconds(9);
      display.update(1500, loss("1.2"));
      display.println("validation  error 12.3 %");
      now = now.plusSeconds(101);
      display.update(2000, loss("1.1"));
    }
    assertEquals(
        """
        train   901 / 2,000   45 %   0:00:30 elapsed         ? left  loss 9.0
        train 1,000 / 2,000   50 %   0:00:40 elapsed   0:01:41 left  loss 1.5
        validation  error 12.3 %
        train 2,000 / 2,000  100 %   0:02:30 elapsed   0:00:00 left  loss 1.1
        """,
        written.toString(UTF_8));
  }

  /** The first step of a run takes as long as a thousand others. */
  @Test
  void theTimeLeftIsThatOfTheStepsAfterTheFirst() {
    try (ProgressDisplay display = plain("train", 2000, 0)) {
      now = now.plusSeconds(27);
      display.update(1, List.of());
      now = now.plusSeconds(2); // of a heartbeat: too short to tell a speed by
      display.update(2, List.of());
      now = now.plusSeconds(8);
      display.update(11, List.of());
    }
    assertEquals(
        """
        train     1 / 2,000    0 %   0:00:27 elapsed         ? left
        train    11 / 2,000    0 %   0:00:37 elapsed   0:33:09 left
        """,
        written.toString(UTF_8));
  }

  @Test
  void aRunThatGoesBackIsMeasuredAnew() {
    TimeLeft left = new TimeLeft();
    left.stepped(1, now);
    left.stepped(101, now.plusSeconds(10));
    assertEquals(Optional.of(Duration.ofSeconds(10)), left.until(201));
    left.stepped(51, now.plusSeconds(100));
    assertEquals(Optional.empty(), left.until(201));
    left.stepped(101, now.plusSeconds(150));
    left.stepped(101, now.plusSeconds(180)); // nothing new
    assertEquals(Optional.of(Duration.ofSeconds(100)), left.until(201));
  }

  @Test
  void lastStepIsShownOnceEvenWithinTenSeconds() {
    ProgressDisplay display = plain("train", 10, 0);
    display.update(5, List.of());
    display.update(10, List.of("done"));
    display.close();
    display.close();
    assertEquals(
        "train 10 / 10  100 %   0:00:00 elapsed   0:00:00 left  done\n", written.toString(UTF_8));
  }

  /** Of a job that grows: known are the stages so far. */
  @Test
  void theTotalMayGrow() {
    try (ProgressDisplay display = plain("Writing", 0, 0)) {
      display.setTotal(4);
      display.update(1, List.of());
      now = now.plusSeconds(10);
      display.update(2, List.of());
      display.setTotal(8);
      now = now.plusSeconds(10);
      display.update(3, List.of());
    }
    assertEquals(
        """
        Writing 2 / 4   50 %   0:00:10 elapsed   0:00:20 left
        Writing 3 / 8   37 %   0:00:20 elapsed   0:00:50 left
        """,
        written.toString(UTF_8));
  }

  /** Ten silent seconds are too many, whatever a step takes. */
  @Test
  void plainLinesGoOnWhileNoStepEnds() {
    try (ProgressDisplay display = plain("train", 100, 0)) {
      display.phase("waiting for executors");
      for (int second = 0; second < 12; second++) {
        now = now.plusSeconds(1);
        display.tick();
      }
      display.phase("first step");
      display.phase("first step");
      now = now.plusSeconds(11);
      display.update(1, loss("2.3"));
      for (int second = 0; second < 25; second++) {
        now = now.plusSeconds(1);
        display.tick();
      }
    }
    assertEquals(
        """
        train: waiting for executors
        train: waiting for executors  0:00:05
        train: waiting for executors  0:00:10
        train: first step
        train   1 / 100    1 %   0:00:23 elapsed         ? left  loss 2.3
        train   1 / 100    1 %   0:00:33 elapsed         ? left  loss 2.3
        train   1 / 100    1 %   0:00:43 elapsed         ? left  loss 2.3
        """,
        written.toString(UTF_8));
  }

  @Test
  void linesPassAboveTheBar() {
    try (ProgressDisplay display = onTerminal("train", 2000, 900, 79)) {
      display.update(1000, loss("1.5"));
      display.println("validation  error 12.3 %");
      display.update(2000, loss("1.1"));
      display.println("saved");
    }
    List<String> screen = screen(written.toString(UTF_8));
    assertEquals(3, screen.size(), screen.toString());
    assertEquals("validation  error 12.3 %", screen.get(0));
    assertEquals("saved", screen.get(1));
    assertEquals(
        "train 2,000 / 2,000  100 %  [" + "=".repeat(22) + "]  0:00:00 elapsed  loss 1.1",
        screen.get(2));
  }

  /** Log4j's warnings, and whatever a library prints. */
  @Test
  void whatOthersPrintPassesAboveTheBar() {
    PrintStream before = System.err;
    try {
      System.setErr(out);
      try (ProgressDisplay display = onTerminal("train", 10, 0, 79)) {
        display.update(4, List.of());
        System.err.println("semimeta: WARN: rank 1 is slow");
        System.err.print("no line feed");
        display.update(10, List.of());
      }
      assertSame(out, System.err);
    } finally {
      System.setErr(before);
    }
    List<String> screen = screen(written.toString(UTF_8));
    assertEquals("semimeta: WARN: rank 1 is slow", screen.get(0));
    assertEquals("no line feed", screen.get(1));
    assertTrue(screen.get(2).startsWith("train 10 / 10  100 %  ["), screen.toString());
  }

  @Test
  void whatOnlyWaitsLeavesNothingOnTheTerminal() {
    try (ProgressDisplay display = onTerminal("starting Spark", 0, 0, 79)) {
      display.tick();
      now = now.plusSeconds(3);
      display.tick();
    }
    assertEquals(List.of(), screen(written.toString(UTF_8)));
    assertTrue(written.toString(UTF_8).contains("starting Spark  0:00:03"));
  }

  /** What a terminal that knows CR, LF and "erase to the end of the line" shows. */
  private static List<String> screen(String output) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    int column = 0;
    for (int i = 0; i < output.length(); i++) {
      char c = output.charAt(i);
      if (c == '\r') {
        column = 0;
      } else if (c == '\n') {
        lines.add(line.toString().stripTrailing());
        line.setLength(0);
        column = 0;
      } else if (output.startsWith("\u001b[K", i)) {
        line.setLength(column);
        i += 2;
      } else if (output.startsWith("\u001b[?7", i)) { // wraps lines, or not
        i += 4;
      } else {
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
        column++;
      }
    }
    assertEquals("", line.toString(), "the cursor is left on a fresh line");
    return lines;
  }
}
