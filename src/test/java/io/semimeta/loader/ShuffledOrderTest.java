package io.semimeta.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.RandomStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ShuffledOrderTest {
  private static final int SIZE = 13;
  private static final long SEED = 3;

  private static ShuffledOrder stream(RandomStream purpose, long seed, int rank) {
    return new ShuffledOrder(SIZE, purpose, seed, rank);
  }

  private static ShuffledOrder stream() {
    return stream(RandomStream.LABELLED_ORDER, SEED, 0);
  }

  @Test
  void everyPassIsAnotherPermutation() {
    long[] walked = stream().indices(0, 5 * SIZE);
    long[] all = LongStream.range(0, SIZE).toArray();
    for (int epoch = 0; epoch < 5; epoch++) {
      long[] pass = Arrays.copyOfRange(walked, epoch * SIZE, (epoch + 1) * SIZE);
      if (epoch > 0) {
        assertFalse(Arrays.equals(pass, Arrays.copyOfRange(walked, 0, SIZE)));
      }
      Arrays.sort(pass);
      assertArrayEquals(all, pass);
    }
  }

  @Test
  void anyPlaceCanBeAskedForInAnyOrder() {
    long[] walked = stream().indices(0, 40 * SIZE);
    ShuffledOrder jumping = stream();
    Random random = new Random(SEED);
    for (int i = 0; i < 200; i++) {
      int from = random.nextInt(walked.length);
      int count = random.nextInt(walked.length - from + 1);
      assertArrayEquals(
          Arrays.copyOfRange(walked, from, from + count), jumping.indices(from, count));
    }
    long far = 1L << 40;
    assertEquals(stream().indices(far, 1)[0], jumping.indices(far - 7, 8)[7]);
  }

  @Test
  void seedsPurposesAndRanksHaveOrdersOfTheirOwn() {
    long[][] orders = {
      stream().indices(0, SIZE),
      stream(RandomStream.UNLABELLED_ORDER, SEED, 0).indices(0, SIZE),
      stream(RandomStream.LABELLED_ORDER, SEED + 1, 0).indices(0, SIZE),
      stream(RandomStream.LABELLED_ORDER, SEED, 1).indices(0, SIZE)
    };
    for (int i = 0; i < orders.length; i++) {
      for (int j = 0; j < i; j++) {
        assertFalse(Arrays.equals(orders[i], orders[j]), i + " and " + j);
      }
    }
  }

  /** Each image is as likely to come first as any other; 3,900 passes, five standard deviations. */
  @Test
  void noPlaceIsFavoured() {
    int passes = 300 * SIZE;
    ShuffledOrder stream = stream();
    int[] first = new int[SIZE];
    for (int epoch = 0; epoch < passes; epoch++) {
      first[(int) stream.indices((long) epoch * SIZE, 1)[0]]++;
    }
    double deviation = Math.sqrt(passes * (1.0 / SIZE) * (1 - 1.0 / SIZE));
    for (int count : first) {
      assertTrue(Math.abs(count - 300) < 5 * deviation, Arrays.toString(first));
    }
  }

  private static ShuffledOrder windows(int size, int block, int blocks) {
    return new ShuffledOrder(size, block, blocks, RandomStream.LABELLED_ORDER, SEED, 0);
  }

  @Test
  void windowsMakeAPassToo() {
    for (int size = 1; size < 30; size++) {
      ShuffledOrder order = windows(size, 4, 2);
      for (int epoch = 0; epoch < 4; epoch++) {
        long[] pass = order.indices((long) epoch * size, size);
        Arrays.sort(pass);
        assertArrayEquals(LongStream.range(0, size).toArray(), pass, size + " records");
      }
    }
  }

  @Test
  void aWindowHoldsWholeBlocksInAnOrderOfItsOwn() {
    ShuffledOrder order = windows(50, 4, 3);
    boolean mixed = false;
    for (long number = 0; number < 25; number++) {
      ShuffledOrder.Window window = order.window(number);
      assertTrue(window.blocks().length <= 3);
      int[] expected =
          Arrays.stream(window.blocks())
              .flatMap(first -> java.util.stream.IntStream.range(first, Math.min(50, first + 4)))
              .sorted()
              .toArray();
      int[] records = window.order().clone();
      mixed |= records[0] / 4 != records[1] / 4;
      Arrays.sort(records);
      assertArrayEquals(expected, records);
    }
    assertTrue(mixed, "records of different blocks are shuffled among one another");
    // 13 blocks, 3 a window: 5 windows an epoch.
    assertFalse(Arrays.equals(order.window(0).blocks(), order.window(5).blocks()));
  }

  @Test
  void windowsCanBeAskedForInAnyOrder() {
    long[] walked = windows(50, 4, 3).indices(0, 1000);
    ShuffledOrder jumping = windows(50, 4, 3);
    Random random = new Random(SEED);
    for (int i = 0; i < 100; i++) {
      int at = random.nextInt(1000);
      assertEquals(walked[at], jumping.indices(at, 1)[0], "position " + at);
    }
  }

  @Test
  void oneWindowIsTheOrderOfAll() {
    assertArrayEquals(stream().indices(0, 100), windows(SIZE, 4, 4).indices(0, 100));
  }
}
