package io.semimeta.evaluation;

import java.util.ArrayList;
import java.util.List;

/**
 * Says how far confidence is from accuracy.
 *
 * @param error the expected calibration error: the mean over the bins, weighted by their numbers of
 *     images, of |mean confidence - accuracy|
 * @param bins the bins, from the least confidence to the most
 * @see <a href="https://arxiv.org/abs/1706.04599">Guo et al. 2017, equation 3</a>
 */
public record Calibration(double error, List<Confidences> bins) {
  static final int BINS = 15;

  /**
   * Describes one bin.
   *
   * @param from the bin's lower edge, which is not in it, or its least confidence
   * @param to the bin's upper edge, or its most confidence
   * @param examples how many images it holds
   * @param meanConfidence the mean of their confidences; null where there are none
   * @param accuracy the share of them that is predicted right; null where there are none
   */
  public record Confidences(
      Double from, Double to, long examples, Double meanConfidence, Double accuracy) {}

  /** Bin m of M holds confidences in (m/M, (m+1)/M]. */
  static int equalWidth(double confidence) {
    return Math.min(BINS - 1, Math.max(0, (int) Math.ceil(confidence * BINS) - 1));
  }

  /** Bin m of M holds, of n images in the order of confidence, those from m n/M to (m+1) n/M. */
  static int equalMass(long index, long count) {
    return (int) (index * BINS / count);
  }

  static Calibration ofEqualWidth(List<Bin> bins) {
    List<Confidences> described = new ArrayList<>();
    for (int m = 0; m < bins.size(); m++) {
      described.add(described(bins.get(m), (double) m / BINS, (m + 1.0) / BINS));
    }
    return new Calibration(error(bins), described);
  }

  /** Describes bins of equal numbers of images; fewer images than bins leave some empty. */
  static Calibration ofEqualMass(List<Bin> bins) {
    List<Confidences> described = new ArrayList<>();
    for (Bin bin : bins) {
      boolean none = bin.examples() == 0;
      described.add(described(bin, none ? null : bin.least(), none ? null : bin.most()));
    }
    return new Calibration(error(bins), described);
  }

  private static Confidences described(Bin bin, Double from, Double to) {
    long examples = bin.examples();
    return examples == 0
        ? new Confidences(from, to, 0, null, null)
        : new Confidences(
            from, to, examples, bin.confidence().mean(examples), (double) bin.right() / examples);
  }

  private static double error(List<Bin> bins) {
    double gaps = 0;
    long examples = 0;
    for (Bin bin : bins) {
      gaps += bin.gap();
      examples += bin.examples();
    }
    return gaps / examples;
  }
}
