package io.semimeta.console;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;
import java.util.function.Consumer;

/**
 * Draws the last line of a terminal anew in place while other lines pass above it. While it is
 * there, what others print to {@code System.err} becomes such lines.
 */
final class LiveLine {
  private static final String ERASE = "\r\u001b[K";

  /** Without this, a line that a shrunk window makes too long would scroll the screen. */
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private final boolean isStandardError;
  private final Lines others;

  /**
   * Begins with nothing drawn.
   *
   * @param others takes the lines that others print to {@code out}, if that is System.err
   */
  LiveLine(PrintStream out, Consumer<String> others) {
    this.out = out;
    this.others = new Lines(others);
    this.isStandardError = out == System.err;
    if (isStandardError) {
      System.setErr(new PrintStream(this.others, true, Charset.defaultCharset()));
    }
  }

  void draw(String text) {
    out.print(ERASE + NO_WRAP + text + WRAP);
    out.flush();
  }

  /** Prints a line that stays; the live one is to be drawn again. */
  void println(String line) {
    out.println(ERASE + line);
  }

  /**
   * Ends the line.
   *
   * @param last the text that stays, above the cursor's line; empty for none
   */
  void close(String last) {
    if (isStandardError) {
      System.setErr(out);
      String rest = others.take();
      if (!rest.isEmpty()) {
        println(rest);
      }
    }
    draw(last);
    if (!last.isEmpty()) {
      out.println();
    }
  }

  /** Collects whole lines, and hands them on without holding a lock. */
  private static final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final Consumer<String> to;

    Lines(Consumer<String> to) {
      this.to = to;
    }

    @Override
    public void write(int next) {
      if (next == '\n') {
        to.accept(take());
      } else {
        synchronized (this) {
          line.write(next);
        }
      }
    }

    /** Returns what has come since the last line. */
    synchronized String take() {
      String text = line.toString(Charset.defaultCharset());
      line.reset();
      return text;
    }
  }
}
