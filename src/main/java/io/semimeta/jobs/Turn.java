package io.semimeta.jobs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Lets the runs of one Spark application train one after the other, in the order in which they
 * come. Two at once would each hold some of the executors that the other waits for; and in one
 * process they would share libtorch's generators.
 */
public final class Turn implements AutoCloseable {
  private static final long MILLIS_BETWEEN = 200;

  /** Holds the runs that train or wait, of each application; it is the monitor of them all. */
  private static final Map<Object, Deque<Turn>> QUEUES = new WeakHashMap<>();

  private final Object application;

  private Turn(Object application) {
    this.application = application;
  }

  /**
   * Waits for the other runs of the application, unless this one is to end.
   *
   * @param application its Spark context
   * @param stop tells whether this run is to end, by which it gets its turn at once
   * @param saying hears why this takes a while
   */
  public static Turn await(Object application, BooleanSupplier stop, Consumer<String> saying) {
    Turn turn = new Turn(application);
    synchronized (QUEUES) {
      QUEUES.computeIfAbsent(application, any -> new ArrayDeque<>()).add(turn);
    }
    try {
      if (!turn.isNext()) {
        saying.accept("waiting for another run of this application");
      }
      synchronized (QUEUES) {
        while (!turn.isNext() && !stop.getAsBoolean()) {
          QUEUES.wait(MILLIS_BETWEEN);
        }
      }
      return turn;
    } catch (InterruptedException e) {
      turn.close();
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for another run", e);
    } catch (RuntimeException e) {
      turn.close();
      throw e;
    }
  }

  private boolean isNext() {
    synchronized (QUEUES) {
      return QUEUES.get(application).peek() == this;
    }
  }

  @Override
  public void close() {
    synchronized (QUEUES) {
      QUEUES.get(application).remove(this);
      QUEUES.notifyAll();
    }
  }
}
