package io.semimeta.evaluation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.special.Beta;

/**
 * Compares two networks on the same images.
 *
 * @param first the first checkpoint
 * @param second the second checkpoint
 * @param bothRight how many images both predict right
 * @param firstRight how many the first alone predicts right
 * @param secondRight how many the second alone predicts right
 * @param bothWrong how many both predict wrong
 * @param pValue the p-value of McNemar's exact test, two-sided: how likely so uneven a division of
 *     the images that one alone predicts right is, if neither network is better
 */
public record Comparison(
    String first,
    String second,
    long bothRight,
    long firstRight,
    long secondRight,
    long bothWrong,
    double pValue) {

  /** Bounds how many networks there may be, as each has a bit of a long. */
  static final int MOST = 62;

  /**
   * Compares each network with each that follows it.
   *
   * @param checkpoints the networks
   * @param images how many images have which networks right: network i is bit i of a key
   */
  static List<Comparison> of(List<String> checkpoints, Map<Long, Long> images) {
    List<Comparison> comparisons = new ArrayList<>();
    for (int i = 0; i < checkpoints.size(); i++) {
      for (int j = i + 1; j < checkpoints.size(); j++) {
        long[] counts = new long[4];
        for (Map.Entry<Long, Long> right : images.entrySet()) {
          int pair = bit(right.getKey(), i) + 2 * bit(right.getKey(), j);
          counts[pair] += right.getValue();
        }
        comparisons.add(
            new Comparison(
                checkpoints.get(i),
                checkpoints.get(j),
                counts[3],
                counts[1],
                counts[2],
                counts[0],
                mcNemar(counts[1], counts[2])));
      }
    }
    return comparisons;
  }

  private static int bit(long bits, int place) {
    return (int) ((bits >> place) & 1);
  }

  /** Returns the p-value for so many images that one network alone predicts right, or the other. */
  static double mcNemar(long firstRight, long secondRight) {
    long images = firstRight + secondRight;
    if (images == 0) {
      return 1;
    }
    // The binomial distribution's own function subtracts this from 1, which leaves nothing of small
    // values.
    double fewer = Math.min(firstRight, secondRight);
    return Math.min(1, 2 * Beta.regularizedBeta(0.5, images - fewer, fewer + 1));
  }
}
