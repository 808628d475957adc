package io.semimeta.console;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import java.util.Scanner;

/** Finds out where standard error goes. */
final class Terminal {
  private static final int USUAL_WIDTH = 80;
  private static final int NARROWEST = 10;

  private Terminal() {}

  /**
   * Returns the columns of the terminal on which a person sees standard error at once, or empty
   * where there is none. It asks the shell's own tools: the JDK tells of standard input and output
   * only, and a library that takes the terminal over takes its signals too.
   */
  static OptionalInt width() {
    if ("dumb".equals(System.getenv("TERM"))) {
      return OptionalInt.empty();
    }
    try {
      Process test =
          new ProcessBuilder("sh", "-c", "test -t 2 && { stty size <&2 2>/dev/null || echo; }")
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      String size = new String(test.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return test.waitFor() == 0 ? OptionalInt.of(columns(size)) : OptionalInt.empty();
    } catch (IOException e) {
      return OptionalInt.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.empty();
    }
  }

  /** Returns the second number of {@code stty size}; 0, where nobody has set it, counts as 80. */
  static int columns(String size) {
    try (Scanner words = new Scanner(size)) {
      if (words.hasNextInt()) {
        words.nextInt();
        int columns = words.hasNextInt() ? words.nextInt() : 0;
        return columns < NARROWEST ? USUAL_WIDTH : columns;
      }
      return USUAL_WIDTH;
    }
  }
}
