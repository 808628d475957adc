package io.semimeta.cli;

import io.semimeta.distributed.StopSignal;
import io.semimeta.jobs.LeasedOutput;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.hadoop.service.launcher.IrqHandler;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Decides what Ctrl-C, and other signals that ask a process to end, do to the running command: end
 * it at once with a line of its own, or ask its training to stop. It uses Hadoop's handler: Spark's
 * leaves the signal to the JVM while it handles one, so the same signal twice would end the run.
 */
final class Interruption {
  /** Shells use this number plus the signal's as the exit status. */
  private static final int STATUS = 128;

  /** Tools that end a process and its group, such as {@code timeout}, send a signal twice. */
  private static final Duration ONE_AND_THE_SAME = Duration.ofMillis(500);

  /** Spark's own shutdown takes a moment, and may hang. */
  private static final long SECONDS_TO_END = 5;

  private static volatile Interruption current;
  private static volatile boolean ending;

  static {
    for (String signal : List.of("HUP", "INT", "TERM")) {
      new IrqHandler(signal, Interruption::handle).bind();
    }
  }

  private final Consumer<String> out;
  private volatile Supplier<String> lastWords;
  private volatile Consumer<String> saying;
  private volatile StopSignal stop;
  private volatile boolean atOnce;
  private int status;
  private Instant since;

  private Interruption(Consumer<String> out, Supplier<String> lastWords) {
    this.out = out;
    this.lastWords = lastWords;
  }

  /**
   * Makes a signal end the process from now on.
   *
   * @param command the command that runs from now on
   * @param lastWords says what is left, and what to do next
   */
  static Interruption of(CommandSpec command, String lastWords) {
    current = new Interruption(command.commandLine().getErr()::println, () -> lastWords);
    return current;
  }

  /**
   * Makes the first signal end the process without its shutdown, during which libtorch would fall
   * to pieces below a thread that computes with it; and what the process has started.
   */
  void endsAtOnce() {
    atOnce = true;
  }

  /** Replaces the words that the process ends with. */
  void endsWith(Supplier<String> words) {
    lastWords = words;
  }

  /** Tells whether a signal is ending the process: what fails now fails for that reason. */
  static boolean isEnding() {
    return ending;
  }

  /**
   * Makes the first signal ask for a stop, where there is something to keep, and a second end the
   * process.
   *
   * @param request asks the training to stop
   * @param say takes lines that appear beside the progress
   */
  void stops(StopSignal request, Consumer<String> say) {
    saying = say;
    stop = request;
  }

  /** Makes a signal end the process again: there is nothing more to stop. */
  void stopsNoMore(String words) {
    stop = null;
    endsWith(() -> words);
  }

  /** Returns the exit status for the signal that came, or 0. */
  synchronized int status() {
    return status;
  }

  private static void handle(IrqHandler.InterruptData signal) {
    current.handle(signal.getNumber());
  }

  private void handle(int signal) {
    StopSignal request = stop;
    boolean isFirst;
    synchronized (this) {
      isFirst = status == 0;
      Instant now = Instant.now();
      if (!isFirst && now.isBefore(since.plus(ONE_AND_THE_SAME))) {
        return;
      }
      status = STATUS + signal;
      since = now;
    }
    if (isFirst && request != null && request.isStepping()) {
      saying.accept(
          "semimeta: stopping with a checkpoint, after the steps at hand; a second signal (Ctrl-C)"
              + " ends at once");
      request.ask();
    } else if (isFirst && atOnce) {
      end("stopped");
      ProcessHandle.current().descendants().forEach(ProcessHandle::destroy);
      halt();
    } else if (isFirst) {
      end("stopped");
      CompletableFuture.delayedExecutor(SECONDS_TO_END, TimeUnit.SECONDS, Runnable::run)
          .execute(this::halt);
      System.exit(status());
    } else {
      end("ended at once");
      halt();
    }
  }

  /** Ends the process without Spark's shutdown: executors end when they find their driver gone. */
  private void halt() {
    try {
      LeasedOutput.releaseAll();
    } finally {
      Runtime.getRuntime().halt(status());
    }
  }

  private void end(String how) {
    ending = true;
    // Spark's threads are interrupted during shutdown, and would print their traces.
    Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {});
    out.accept("semimeta: " + how + "; " + lastWords.get());
  }
}
