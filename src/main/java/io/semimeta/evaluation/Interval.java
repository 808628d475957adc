package io.semimeta.evaluation;

import com.fasterxml.jackson.annotation.JsonFormat;
import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Holds an interval for a share, as {@code [from, to]} in JSON.
 *
 * @param from the lower end
 * @param to the upper end
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
public record Interval(double from, double to) {
  private static final double Z =
      new NormalDistribution(null, 0, 1).inverseCumulativeProbability(0.975);

  /**
   * Returns Wilson's interval of 95 % for the share behind a count; it stays in [0, 1], and says
   * something where none or all were counted. Without examples its ends are NaN.
   */
  public static Interval wilson(long count, long examples) {
    double share = (double) count / examples;
    double square = Z * Z / examples;
    double middle = (share + square / 2) / (1 + square);
    double half =
        Z * Math.sqrt(share * (1 - share) / examples + square / (4 * examples)) / (1 + square);
    return new Interval(
        count == 0 ? 0 : Math.max(0, middle - half),
        count == examples && count > 0 ? 1 : Math.min(1, middle + half));
  }
}
