package io.semimeta.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Shuffles without state: an element's place depends on the seed, the purpose and its own key
 * alone, not on the order or the number of the others. Therefore every machine gets the same order
 * at any time.
 */
public final class SeededOrder {
  /** Says what an order is for; each purpose has orders of its own from one seed. */
  public enum Purpose {
    RECORDS(1),
    TEST_FRACTION(2),
    LABELS(3),
    REMAINDER(4),
    RANKS(5),
    FIGURE(6),
    REPORT(7);

    private final long stream;

    Purpose(long stream) {
      this.stream = stream;
    }
  }

  private SeededOrder() {}

  /**
   * Returns a new list, shuffled.
   *
   * @param key gives keys, distinct for each element; elements of equal keys keep their order
   */
  public static <T> List<T> shuffled(
      List<T> elements, long seed, Purpose purpose, ToLongFunction<T> key) {
    long stream = mix(seed ^ mix(purpose.stream));
    List<T> order = new ArrayList<>(elements);
    order.sort(
        Comparator.comparingLong((T element) -> mix(stream + mix(key.applyAsLong(element))))
            .thenComparingLong(key));
    return order;
  }

  /** Applies SplitMix64's output function (Steele, Lea, Flood 2014), a bijection. */
  private static long mix(long value) {
    long z = value + 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
