package io.semimeta.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(written, true, UTF_8);
  private Instant now = Instant.EPOCH;

  @Test
  void plainLinesEveryTenSecondsAndAtTheEnd() {
    try (ProgressDisplay display = new ProgressDisplay("train", 2000, 900, out, false, () -> now)) {
      display.update(901, "loss 9");
      now = now.plusSeconds(10);
      display.update(1000, "loss 1.5");
      now = now.plusSeconds(9);
      display.update(1500, "loss 1.2");
      display.println("validation  error 12.3 %");
      now = now.plusSeconds(101);
      display.update(2000, "loss 1.1");
    }
    assertEquals(
        """
        train 1,000 / 2,000   50 %   0:00:10 elapsed   0:01:40 left  loss 1.5
        validation  error 12.3 %
        train 2,000 / 2,000  100 %   0:02:00 elapsed   0:00:00 left  loss 1.1
        """,
        written.toString(UTF_8));
  }

  @Test
  void lastStepIsShownOnceEvenWithinTenSeconds() {
    ProgressDisplay display = new ProgressDisplay("train", 10, 0, out, false, () -> now);
    display.update(10, "done");
    display.close();
    display.close();
    assertEquals(
        "train 10 / 10  100 %   0:00:00 elapsed   0:00:00 left  done\n", written.toString(UTF_8));
  }

  /** Of a job that grows: known are the stages so far. */
  @Test
  void theTotalMayGrow() {
    try (ProgressDisplay display = new ProgressDisplay("Writing", 0, 0, out, false, () -> now)) {
      display.setTotal(4);
      now = now.plusSeconds(10);
      display.update(1, "");
      display.setTotal(8);
      now = now.plusSeconds(10);
      display.update(2, "");
    }
    assertEquals(
        """
        Writing 1 / 4   25 %   0:00:10 elapsed   0:00:30 left
        Writing 2 / 8   25 %   0:00:20 elapsed   0:01:00 left
        """,
        written.toString(UTF_8));
  }

  @Test
  void linesPassAboveTheBar() {
    try (ProgressDisplay display = new ProgressDisplay("train", 2000, 900, out, true, () -> now)) {
      display.update(1000, "loss 1.5");
      display.println("validation  error 12.3 %");
      display.update(2000, "loss 1.1");
      display.println("saved");
    }
    List<String> screen = screen(written.toString(UTF_8));
    assertEquals(3, screen.size(), screen.toString());
    assertEquals("validation  error 12.3 %", screen.get(0));
    assertEquals("saved", screen.get(1));
    assertTrue(screen.get(2).contains("2000/2000"), screen.toString());
    assertTrue(screen.get(2).contains("loss 1.1"), screen.toString());
    assertFalse(written.toString(UTF_8).contains("elapsed"), "no plain lines");
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
      } else {
        line.replace(column, Math.min(column + 1, line.length()), String.valueOf(c));
        column++;
      }
    }
    assertEquals("", line.toString(), "the cursor is left on a fresh line");
    return lines;
  }
}
