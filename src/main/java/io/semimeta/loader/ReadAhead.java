package io.semimeta.loader;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.LongFunction;

/**
 * Makes numbered things before they are asked for, on the assumption that they are asked for one
 * after the other. One thread at a time may use it.
 */
final class ReadAhead<T> {
  private final LongFunction<T> make;
  private final int depth;
  private final long end;
  private final ExecutorService threads;
  private final Map<Long, Future<T>> made = new TreeMap<>();

  /**
   * Makes nothing yet.
   *
   * @param depth how many are made beyond the one that is asked for
   * @param end the first number that there is nothing for
   */
  ReadAhead(LongFunction<T> make, int depth, long end, ExecutorService threads) {
    this.make = make;
    this.depth = depth;
    this.end = end;
    this.threads = threads;
  }

  /** Returns the thing of a number; those before it are forgotten. */
  T get(long number) {
    made.entrySet()
        .removeIf(
            entry -> {
              boolean forgotten = entry.getKey() < number || entry.getKey() > number + depth;
              if (forgotten) {
                entry.getValue().cancel(false);
              }
              return forgotten;
            });
    for (long n = number; n <= Math.min(number + depth, end - 1); n++) {
      made.computeIfAbsent(n, wanted -> threads.submit(() -> make.apply(wanted)));
    }
    return result(made.get(number));
  }

  /** Returns a task's result, or throws the exception that it ended in. */
  static <T> T result(Future<T> task) {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for images", e);
    }
  }
}
