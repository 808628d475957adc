package io.semimeta.embedding;

import io.semimeta.DaemonThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Computes ranges of points on several threads. A range writes the results of its own points and of
 * no others, so neither the ranges nor the threads change a bit.
 */
final class Ranges implements AutoCloseable {
  /** A range's positions and forces stay in the first-level cache. */
  private static final int POINTS = 512;

  private final ExecutorService threads;

  Ranges(int threads) {
    this.threads = Executors.newFixedThreadPool(threads, DaemonThreads.named("semimeta-embedding"));
  }

  /** Computes the points from the first to before the second number. */
  @FunctionalInterface
  interface Body {
    void compute(int from, int to);
  }

  /** Computes all points, and returns when the last is done. */
  void forEach(int points, Body body) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (int from = 0; from < points; from += POINTS) {
      int first = from;
      int end = Math.min(points, from + POINTS);
      tasks.add(
          () -> {
            body.compute(first, end);
            return null;
          });
    }
    try {
      for (Future<Void> done : threads.invokeAll(tasks)) {
        done.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
