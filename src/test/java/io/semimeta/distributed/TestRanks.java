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

/** Ranks that Gloo joins without Spark: threads of one process, or processes. */
public final class TestRanks {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int JOINING_MILLIS = 30_000;

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
    NativeHandles handles = new NativeHandles();
    TCPStore store =
        handles.add(
            rank == 0
                ? Rendezvous.openStore(Rendezvous.bound(LOOPBACK, 0, 0), limit())
                : Rendezvous.connect(LOOPBACK, port.join(), limit()));
    if (rank == 0) {
      port.complete(store.getPort() & 0xffff);
    }
    return group(store, rank, size, LOOPBACK, handles, timeout, cancelled);
  }

  /**
   * Joins the rank of this process with those of others.
   *
   * @param host this process's address
   * @param first the first rank's address
   * @param port where the first rank shall listen
   */
  public static Collective join(int rank, int size, String host, String first, int port) {
    NativeHandles handles = new NativeHandles();
    TCPStore store =
        handles.add(
            rank == 0
                ? Rendezvous.openStore(Rendezvous.bound(first, port, 0), limit())
                : Rendezvous.connect(first, port, limit()));
    return group(store, rank, size, host, handles, Duration.ofMinutes(2), () -> false);
  }

  private static Milliseconds limit() {
    return new Milliseconds(JOINING_MILLIS);
  }

  private static Collective group(
      TCPStore store,
      int rank,
      int size,
      String host,
      NativeHandles handles,
      Duration timeout,
      BooleanSupplier cancelled) {
    Backend group = Rendezvous.gloo(store, rank, size, host, limit(), handles);
    return new ProcessGroupCollective(rank, size, group, group, handles, timeout, cancelled);
  }
}
