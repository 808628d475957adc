package io.semimeta.files;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Time for threads that do little but wait: it jumps to the next moment at which one of them wakes
 * as soon as all of them sleep. Those that wake at the same moment run at once.
 */
final class SimulatedTime {
  private final TreeMap<Long, Integer> wakings = new TreeMap<>();
  private int awake;
  private long now;

  synchronized void sleep(long millis) throws InterruptedException {
    long until = now + millis;
    wakings.merge(until, 1, Integer::sum);
    awake--;
    advance();
    while (now < until) {
      wait();
    }
  }

  private synchronized void end() {
    awake--;
    advance();
  }

  private void advance() {
    if (awake == 0 && !wakings.isEmpty()) {
      var next = wakings.pollFirstEntry();
      now = next.getKey();
      awake = next.getValue();
      notifyAll();
    }
  }

  /** Runs all of it, and gives what each came to. */
  <T> List<T> run(List<Callable<T>> parts) throws Exception {
    awake = parts.size();
    ExecutorService threads = Executors.newFixedThreadPool(parts.size());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (Callable<T> part : parts) {
        running.add(
            threads.submit(
                () -> {
                  try {
                    return part.call();
                  } finally {
                    end();
                  }
                }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> one : running) {
        results.add(one.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      threads.shutdownNow();
    }
  }
}
