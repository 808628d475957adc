package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.TestNetworks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.javacpp.chrono.Milliseconds;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Work;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ProcessGroupCollectiveTest {
  @Test
  void meanBroadcastAndGather() throws Exception {
    List<Integer> done =
        TestRanks.run(
            3,
            ranks -> {
              int rank = ranks.rank();
              try (PointerScope scope = new PointerScope()) {
                Tensor tensor = Tensor.create(new double[] {rank, 3, 10.0 * rank}, 3);
                ranks.allReduceMean(tensor);
                assertArrayEquals(new double[] {1, 3, 10}, TestNetworks.values(tensor));
                Tensor own = Tensor.create(new float[] {rank, -rank}, 2);
                ranks.broadcast(own, 2);
                assertArrayEquals(new double[] {2, -2}, TestNetworks.values(own));
                // Any bits pass unchanged: doubles travel so.
                long odd = Double.doubleToRawLongBits(-0.1 * rank) ^ (long) rank;
                List<long[]> all = ranks.allGather(rank, odd, Long.MIN_VALUE + rank);
                assertEquals(3, all.size());
                assertArrayEquals(new long[] {rank, odd, Long.MIN_VALUE + rank}, all.get(rank));
                assertEquals(Long.MIN_VALUE + 1, all.get(1)[2]);
              }
              ranks.close();
              return ranks.size();
            });
    assertEquals(List.of(3, 3, 3), done);
  }

  /** A rank that doesn't come: the others hear of it within the time-out, by name. */
  @Test
  void aMissingRankIsMissedInTime() throws Exception {
    CountDownLatch missed = new CountDownLatch(1);
    TestRanks.run(
        2,
        Duration.ofSeconds(2),
        () -> false,
        ranks -> {
          if (ranks.rank() == 1) {
            missed.await();
            return null;
          }
          long begun = System.nanoTime();
          try (PointerScope scope = new PointerScope()) {
            Tensor tensor = Tensor.create(new double[] {1}, 1);
            LostRankException lost =
                assertThrows(LostRankException.class, () -> ranks.allReduceMean(tensor));
            assertTrue(lost.getMessage().startsWith("rank 0 lost another rank: "));
            assertEquals(1, lost.getMessage().lines().count());
          } finally {
            missed.countDown();
          }
          assertTrue(System.nanoTime() - begun < 10e9);
          return null;
        });
  }

  /** Spark cancels the task while it waits in native code: it gives up long before the time-out. */
  @Test
  void aCancelledWaitEnds() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    TestRanks.run(
        2,
        Duration.ofMinutes(5),
        () -> true,
        ranks -> {
          if (ranks.rank() == 1) {
            over.await();
            return null;
          }
          try (PointerScope scope = new PointerScope()) {
            LostRankException lost =
                assertThrows(LostRankException.class, () -> ranks.allGather(1, 2));
            assertTrue(lost.getMessage().contains("cancelled"), lost.getMessage());
          } finally {
            over.countDown();
          }
          return null;
        });
  }

  /** Says of itself what it is told to, in turn: how each wait ends, and when it is complete. */
  private static final class ScriptedWork extends Work {
    private final Iterator<String> waits;
    private final Iterator<Boolean> completed;

    ScriptedWork(List<String> waits, List<Boolean> completed) {
      this.waits = waits.iterator();
      this.completed = completed.iterator();
    }

    @Override
    public boolean isCompleted() {
      return completed.next();
    }

    @Override
    public boolean _wait(Milliseconds slice) {
      return _wait();
    }

    @Override
    public boolean _wait() {
      String failure = waits.next();
      if (!failure.isEmpty()) {
        throw new RuntimeException(failure);
      }
      return true;
    }
  }

  private static ProcessGroupCollective second(Duration timeout) {
    return second(timeout, () -> false);
  }

  private static ProcessGroupCollective second(Duration timeout, BooleanSupplier cancelled) {
    NativeHandles handles = new NativeHandles();
    return new ProcessGroupCollective(1, 2, null, null, handles, timeout, cancelled);
  }

  /** The other rank came between the slice's end and the question whether the call is complete. */
  @Test
  void aCallThatCompletesAsTheSliceEndsHasSucceeded() {
    Work work = new ScriptedWork(List.of("Operation timed out!", ""), List.of(false, true));
    second(Duration.ofMinutes(1)).await(work);

    Work atTheDeadline =
        new ScriptedWork(List.of("Operation timed out!", ""), List.of(false, true, true));
    second(Duration.ZERO).await(atTheDeadline);
  }

  @Test
  void aCallThatFailsIsFoundOutByItsOwnWords() {
    Work work =
        new ScriptedWork(
            List.of("Operation timed out!", "Connection closed by peer"), List.of(false, true));
    LostRankException lost =
        assertThrows(LostRankException.class, () -> second(Duration.ofMinutes(1)).await(work));
    assertTrue(lost.getMessage().contains("Connection closed by peer"), lost.getMessage());
  }

  /** NCCL tears its group down where a wait ends before the call, so none does. */
  @Test
  void aCallOnAGpuIsWaitedForOnceItIsComplete() {
    Duration minute = Duration.ofMinutes(1);
    second(minute).awaitNccl(new ScriptedWork(List.of(""), List.of(false, false, true)));

    Work failed = new ScriptedWork(List.of("NCCL communicator was aborted"), List.of(true));
    assertLost("NCCL communicator was aborted", second(minute), failed);
    Work silent = new ScriptedWork(List.of(), List.of(false));
    assertLost("no answer within 0 s", second(Duration.ZERO), silent);
    Work cancelled = new ScriptedWork(List.of(), List.of(false));
    assertLost("cancelled", second(minute, () -> true), cancelled);
  }

  private static void assertLost(String reason, ProcessGroupCollective ranks, Work work) {
    LostRankException lost = assertThrows(LostRankException.class, () -> ranks.awaitNccl(work));
    assertTrue(lost.getMessage().contains(reason), lost.getMessage());
  }

  /** A thousand calls that end as a slice does; 25 pairs make forty each, beside one another. */
  @Test
  @Tag("long")
  void aRankThatIsLateByASliceIsNotLost() throws Exception {
    long seed = 7;
    List<Future<?>> pairs = new ArrayList<>();
    ExecutorService threads = Executors.newCachedThreadPool();
    for (int pair = 0; pair < 25; pair++) {
      Random random = new Random(seed + pair);
      int[] late = random.ints(40, 1000, 1011).toArray();
      pairs.add(
          threads.submit(
              () ->
                  TestRanks.run(
                      2,
                      ranks -> {
                        for (int millis : late) {
                          if (ranks.rank() == 1) {
                            Thread.sleep(millis);
                          }
                          ranks.allGather(millis);
                        }
                        return ranks.size();
                      })));
    }
    try {
      for (Future<?> pair : pairs) {
        pair.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError("seed " + seed, e);
    } finally {
      threads.shutdownNow();
    }
  }
}
