package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.TestNetworks;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
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
                ranks.mean(tensor);
                assertArrayEquals(new double[] {1, 3, 10}, TestNetworks.values(tensor));
                Tensor own = Tensor.create(new float[] {rank, -rank}, 2);
                ranks.broadcast(own, 2);
                assertArrayEquals(new double[] {2, -2}, TestNetworks.values(own));
                // Any bits pass unchanged: doubles travel so.
                long odd = Double.doubleToRawLongBits(-0.1 * rank) ^ (long) rank;
                List<long[]> all = ranks.gather(rank, odd, Long.MIN_VALUE + rank);
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
                assertThrows(LostRankException.class, () -> ranks.mean(tensor));
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
                assertThrows(LostRankException.class, () -> ranks.gather(1, 2));
            assertTrue(lost.getMessage().contains("cancelled"), lost.getMessage());
          } finally {
            over.countDown();
          }
          return null;
        });
  }
}
