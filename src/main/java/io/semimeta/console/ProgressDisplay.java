package io.semimeta.console;

import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import me.tongfei.progressbar.ConsoleProgressBarConsumer;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * Progress over steps or tasks: on a terminal a bar with the time left, elsewhere (a log file, a
 * scheduler) a plain line every ten seconds.
 */
public final class ProgressDisplay implements AutoCloseable {
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);
  private static final int BAR_INTERVAL_MILLIS = 500;

  private final String name;
  private final long startStep;
  private final PrintStream out;
  private final InstantSource clock;
  private final Instant start;
  private final BarConsumer barConsumer;
  private final ProgressBar bar;
  private Instant lastLine;
  private long totalSteps;
  private long step;
  private String message = "";
  private boolean lineDue;

  /**
   * @param name what is done, in one word
   * @param totalSteps the step at which the run ends
   * @param startStep the step at which it starts or goes on
   * @param out where to: the bar appears only on {@code System.err} and only when that is a
   *     terminal
   */
  public ProgressDisplay(String name, long totalSteps, long startStep, PrintStream out) {
    this(
        name,
        totalSteps,
        startStep,
        out,
        out == System.err && Terminal.isStandardError(),
        InstantSource.system());
  }

  ProgressDisplay(
      String name,
      long totalSteps,
      long startStep,
      PrintStream out,
      boolean terminal,
      InstantSource clock) {
    this.name = name;
    this.totalSteps = totalSteps;
    this.startStep = startStep;
    this.out = out;
    this.clock = clock;
    this.start = clock.instant();
    this.lastLine = start;
    this.step = startStep;
    this.barConsumer = terminal ? new BarConsumer(out) : null;
    this.bar =
        terminal
            ? new ProgressBarBuilder()
                .setTaskName(name)
                .setInitialMax(totalSteps)
                .startsFrom(startStep, Duration.ZERO)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(BAR_INTERVAL_MILLIS)
                .setConsumer(barConsumer)
                .build()
            : null;
  }

  /** There is more to do than was known. */
  public synchronized void setTotal(long steps) {
    totalSteps = steps;
    if (bar != null) {
      bar.maxHint(steps);
    }
  }

  /**
   * Shows a step.
   *
   * @param message figures to show beside it, on one line
   */
  public synchronized void update(long step, String message) {
    if (bar != null) {
      bar.stepTo(step);
      bar.setExtraMessage(message);
      return;
    }
    this.step = step;
    this.message = message;
    this.lineDue = true;
    if (Duration.between(lastLine, clock.instant()).compareTo(PLAIN_INTERVAL) >= 0) {
      printLine();
    }
  }

  /** Prints a line that stays, above the bar where there is one. */
  public synchronized void println(String line) {
    if (bar != null) {
      barConsumer.printAbove(line);
    } else {
      out.println(line);
    }
  }

  /** Shows the last step, and leaves the cursor on a fresh line. */
  @Override
  public synchronized void close() {
    if (bar != null) {
      bar.close();
    } else if (lineDue) {
      printLine();
    }
  }

  private void printLine() {
    lastLine = clock.instant();
    lineDue = false;
    Duration elapsed = Duration.between(start, lastLine);
    String left =
        step > startStep
            ? clockTime(
                elapsed.multipliedBy(Math.max(0, totalSteps - step)).dividedBy(step - startStep))
            : "?";
    String total = String.format(Locale.ROOT, "%,d", totalSteps);
    String line =
        String.format(
            Locale.ROOT,
            "%s %" + total.length() + "s / %s  %3d %%  %8s elapsed  %8s left  %s",
            name,
            String.format(Locale.ROOT, "%,d", step),
            total,
            100 * step / Math.max(totalSteps, 1),
            clockTime(elapsed),
            left,
            message);
    out.println(line.stripTrailing());
  }

  private static String clockTime(Duration time) {
    return String.format(
        Locale.ROOT, "%d:%02d:%02d", time.toHours(), time.toMinutesPart(), time.toSecondsPart());
  }

  /** Draws the bar on one line, and lets other lines pass above it. */
  private static final class BarConsumer extends ConsoleProgressBarConsumer {
    private static final String ERASE_LINE = "\r\u001b[K";
    private final PrintStream out;
    private String drawn = "";

    BarConsumer(PrintStream out) {
      super(out);
      this.out = out;
    }

    @Override
    public synchronized void accept(String rendered) {
      drawn = rendered;
      out.print(ERASE_LINE);
      super.accept(rendered);
      out.flush();
    }

    synchronized void printAbove(String line) {
      out.print(ERASE_LINE);
      out.println(line);
      super.accept(drawn);
      out.flush();
    }
  }
}
