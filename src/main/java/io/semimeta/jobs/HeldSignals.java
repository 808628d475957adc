package io.semimeta.jobs;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.apache.spark.SparkEnv;
import org.apache.spark.util.SignalUtils;

/**
 * Keeps an executor alive, while its rank trains, under signals that are often sent to all
 * processes of a run at once: a terminal's Ctrl-C reaches local executors too. The driver gets them
 * as well, and decides; without a driver the executor ends by itself.
 */
public final class HeldSignals implements AutoCloseable {
  /** SparkContext gives the driver this id, in a constant that Scala alone sees. */
  private static final String DRIVER = "driver";

  /** Holds the newest: the task of a lost attempt may end after that of the next has begun. */
  private static final AtomicReference<HeldSignals> HELD = new AtomicReference<>();

  static {
    for (String signal : List.of("HUP", "INT", "TERM")) {
      SignalUtils.register(signal, HeldSignals::areHeld);
    }
  }

  private final BooleanSupplier cancelled;

  HeldSignals(BooleanSupplier cancelled) {
    this.cancelled = cancelled;
    HELD.set(this);
  }

  /**
   * Holds signals until it is closed. A driver that is the executor too does not hold them, because
   * it has handlers of its own.
   *
   * @param cancelled tells whether Spark no longer wants the rank's task
   */
  public static HeldSignals unless(BooleanSupplier cancelled) {
    boolean isDriver = DRIVER.equals(SparkEnv.get().executorId());
    return new HeldSignals(isDriver ? () -> true : cancelled);
  }

  /**
   * Tells whether a signal is held: Spark's handler passes it on to those before it unless an
   * action returns true.
   */
  static boolean areHeld() {
    HeldSignals newest = HELD.get();
    return newest != null && !newest.cancelled.getAsBoolean();
  }

  @Override
  public void close() {
    HELD.compareAndSet(this, null);
  }
}
