package io.semimeta.cli;

import io.semimeta.distributed.StopRequest;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.spark.util.SignalUtils;
import picocli.CommandLine.Model.CommandSpec;
import scala.runtime.AbstractFunction0;

/**
 * What Ctrl-C, and other signals that ask a process to end, do to the command that runs: end it at
 * once with a line of its own, or ask its training to stop.
 */
final class Interruption {
  private static final Map<String, Integer> NUMBERS = Map.of("HUP", 1, "INT", 2, "TERM", 15);

  /** As shells have it: this and the signal's number are the exit status. */
  private static final int STATUS = 128;

  /** Spark's own way down takes a moment, and may hang. */
  private static final long SECONDS_TO_END = 5;

  private static volatile Interruption current;
  private static volatile boolean ending;

  static {
    NUMBERS.forEach((name, number) -> SignalUtils.register(name, new Action(number)));
  }

  private final Consumer<String> out;
  private volatile String lastWords;
  private volatile Consumer<String> saying;
  private volatile StopRequest stop;
  private volatile int status;

  private Interruption(Consumer<String> out, String lastWords) {
    this.out = out;
    this.lastWords = lastWords;
  }

  /**
   * From now on a signal ends the process.
   *
   * @param command that runs from now on
   * @param lastWords what is left, and what to do next
   */
  static Interruption of(CommandSpec command, String lastWords) {
    current = new Interruption(command.commandLine().getErr()::println, lastWords);
    return current;
  }

  /** From now on it ends with these words. */
  void endsWith(String words) {
    lastWords = words;
  }

  /** Whether a signal ends the process: whatever fails now fails for that reason. */
  static boolean isEnding() {
    return ending;
  }

  /**
   * From now on the first signal asks for a stop, and a second ends the process.
   *
   * @param say takes lines that appear beside the progress
   * @param then what is left after a second one, and what to do next
   */
  void stops(StopRequest request, Consumer<String> say, String then) {
    saying = say;
    endsWith(then);
    stop = request;
  }

  /** The exit status for the signal that came, or 0. */
  int status() {
    return status;
  }

  private boolean handle(int number) {
    boolean isFirst = status == 0;
    status = STATUS + number;
    if (stop != null && isFirst) {
      // Not here: while a handler runs, another signal would find none.
      new Thread(this::ask, "semimeta-stop").start();
      return true;
    }
    ending = true;
    if (stop != null || !isFirst) {
      out.accept("semimeta: ended at once; " + lastWords);
      Runtime.getRuntime().halt(status);
    }
    out.accept("semimeta: stopped; " + lastWords);
    CompletableFuture.delayedExecutor(SECONDS_TO_END, TimeUnit.SECONDS, Runnable::run)
        .execute(() -> Runtime.getRuntime().halt(status));
    return false;
  }

  private void ask() {
    saying.accept(
        "semimeta: stopping with a checkpoint, after the steps at hand; a second signal (Ctrl-C)"
            + " ends at once");
    stop.ask();
  }

  /** Spark's handler goes on to the JVM's own, which ends it, unless an action returns true. */
  private static final class Action extends AbstractFunction0<Object> {
    private final int number;

    Action(int number) {
      this.number = number;
    }

    @Override
    public Object apply() {
      Interruption now = current;
      return now != null && now.handle(number);
    }
  }
}
