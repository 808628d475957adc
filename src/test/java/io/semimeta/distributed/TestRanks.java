package io.semimeta.distributed;

import io.semimeta.algorithm.Collective;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Backend;
import org.bytedeco.pytorch.TCPStore;

/** Ranks as threads of one process, joined by Gloo over the loopback interface. */
public final class TestRanks {
  private static final String LOOPBACK = "127.0.0.1";

  private TestRanks() {}

  /** What a rank does. */
  @FunctionalInterface
  public interface Body<T> {
    T apply(Collective ranks) throws Exception;
  }

  /** Runs all ranks; their results, in order. */
  public static <T> List<T> run(int size, Body<T> body) throws Exception {
    return run(size, Duration.ofSeconds(30), () -> false, body);
  }

  /**
   * Runs all ranks.
   *
   * @param timeout of each call between them
   * @param cancelled whether to give up a wait
   */
  static <T> List<T> run(int size, Duration timeout, BooleanSupplier cancelled, Body<T> body)
      throws Exception {
    CompletableFuture<Integer> port = new CompletableFuture<>();
    ExecutorService threads = Executors.newFixedThreadPool(size);
    try {
      List<Future<T>> results = new ArrayList<>();
      for (int r = 0; r < size; r++) {
        int rank = r;
        results.add(threads.submit(() -> body.apply(join(rank, size, port, timeout, cancelled))));
      }
      List<T> values = new ArrayList<>();
      for (Future<T> result : results) {
        values.add(result.get(60, TimeUnit.SECONDS));
      }
      return values;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Collective join(
      int rank,
      int size,
      CompletableFuture<Integer> port,
      Duration timeout,
      BooleanSupplier cancelled) {
    Milliseconds limit = new Milliseconds(30_000);
    NativeHandles handles = new NativeHandles();
    TCPStore store =
        handles.add(
            rank == 0
                ? Rendezvous.openStore(Rendezvous.bound(LOOPBACK, 0, 0), limit)
                : Rendezvous.connect(LOOPBACK, port.join(), limit));
    if (rank == 0) {
      port.complete(store.getPort() & 0xffff);
    }
    Backend group = Rendezvous.gloo(store, rank, size, LOOPBACK, limit, handles);
    return new ProcessGroupCollective(rank, size, group, group, handles, timeout, cancelled);
  }
}
