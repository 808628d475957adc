package io.semimeta.console;

import io.semimeta.DaemonThreads;
import io.semimeta.Shown;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Shows progress over steps or tasks: on a terminal by a line that is drawn anew, with a bar and
 * the time left; elsewhere (a log file, a scheduler) by plain lines, one every ten seconds and one
 * where something begins. Both go on while no step ends.
 */
public final class ProgressDisplay implements AutoCloseable {
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(10);

  /** Before the first step, when people watch, lines come more often. */
  private static final Duration FIRST_INTERVAL = Duration.ofSeconds(5);

  private static final int REDRAW_MILLIS = 500;

  /** Work that takes no longer than this need not be shown. */
  private static final int FIRST_MILLIS = 100;

  private final String name;
  private final long startStep;
  private final PrintStream out;
  private final InstantSource clock;
  private final Instant start;
  private final int width;
  private final LiveLine live;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("semimeta-progress"));
  private final TimeLeft timeLeft = new TimeLeft();
  private Instant lastLine;
  private long totalSteps;
  private long step;
  private String phase = "";
  private List<String> metrics = List.of();
  private boolean hasStepped;
  private boolean lineDue;
  private boolean closed;

  /**
   * Begins to show progress, on standard error.
   *
   * @param name what is done, in a word or two
   * @param totalSteps the step at which the run ends; 0 while nobody knows
   * @param startStep the step at which it starts or goes on
   */
  public ProgressDisplay(String name, long totalSteps, long startStep) {
    this(name, totalSteps, startStep, System.err, Terminal.width(), InstantSource.system());
    var unused =
        timer.scheduleWithFixedDelay(
            this::tick, FIRST_MILLIS, REDRAW_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Makes a display that is told by {@link #tick} when time has passed. */
  ProgressDisplay(
      String name,
      long totalSteps,
      long startStep,
      PrintStream out,
      OptionalInt width,
      InstantSource clock) {
    this.name = name;
    this.totalSteps = totalSteps;
    this.startStep = startStep;
    this.out = out;
    this.clock = clock;
    this.start = clock.instant();
    this.lastLine = start;
    this.step = startStep;
    this.width = width.orElse(0);
    this.live = width.isPresent() ? new LiveLine(out, this::println) : null;
  }

  /** Draws the line, or prints one when it is time. */
  synchronized void tick() {
    if (closed) {
      return;
    }
    if (live != null) {
      live.draw(Shown.text(line().fitted(width)));
    } else if (Duration.between(lastLine, clock.instant())
            .compareTo(hasStepped ? PLAIN_INTERVAL : FIRST_INTERVAL)
        >= 0) {
      printLine();
    }
  }

  /** Sets the number of steps, which grows as more work turns up. */
  public synchronized void setTotal(long steps) {
    totalSteps = steps;
  }

  /** Says what is done before the next step, until that comes. */
  public synchronized void phase(String what) {
    boolean isNew = !what.equals(phase);
    phase = what;
    if (isNew && live == null && !closed) {
      lastLine = clock.instant();
      out.println(Shown.text(name + ": " + what));
    }
  }

  /**
   * Shows a step.
   *
   * @param newMetrics the metrics to show beside it, the most important first
   */
  public synchronized void update(long newStep, List<String> newMetrics) {
    step = newStep;
    phase = "";
    metrics = newMetrics;
    lineDue = true;
    timeLeft.stepped(step, clock.instant());
    boolean isFirst = step > startStep && !hasStepped;
    hasStepped |= isFirst;
    if (live == null && isFirst && !metrics.isEmpty()) {
      printLine();
    } else {
      tick();
    }
  }

  /** Prints a line that stays, above the live line where there is one. */
  public synchronized void println(String line) {
    String shown = Shown.lines(line);
    if (live != null && !closed) {
      live.println(shown);
      tick();
    } else {
      out.println(shown);
    }
  }

  /** Shows the last step, and leaves the cursor on a fresh line. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    timer.shutdown();
    if (live != null) {
      live.close(hasStepped ? Shown.text(line().fitted(width)) : "");
    } else if (lineDue) {
      printLine();
    }
  }

  private void printLine() {
    lastLine = clock.instant();
    lineDue = false;
    out.println(Shown.text(line().plain()));
  }

  private ProgressLine line() {
    return new ProgressLine(
        name,
        phase,
        step,
        totalSteps,
        Duration.between(start, clock.instant()),
        timeLeft.until(totalSteps),
        metrics);
  }
}
