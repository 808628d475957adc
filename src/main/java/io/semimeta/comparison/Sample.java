package io.semimeta.comparison;

import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.StatUtils;

/**
 * Holds values of one kind, such as the errors of several draws, or their paired differences.
 *
 * @param values the values
 */
public record Sample(List<Double> values) {
  private static final double COVERED = 0.95;

  public Sample {
    values = List.copyOf(values);
  }

  /** Returns the number of values. */
  public int n() {
    return values.size();
  }

  /** Returns the mean; NaN without values. */
  public double mean() {
    return StatUtils.mean(array());
  }

  /** Returns the standard deviation, with n - 1; NaN below two values. */
  public double deviation() {
    return n() < 2 ? Double.NaN : Math.sqrt(StatUtils.variance(array()));
  }

  /** Returns the mean's standard error; NaN below two values. */
  public double standardError() {
    return deviation() / Math.sqrt(n());
  }

  /**
   * Returns half the width of the interval of 95 % for the mean behind the values, by Student's
   * distribution with n - 1 degrees of freedom; NaN below two values.
   */
  public double halfWidth() {
    return n() < 2
        ? Double.NaN
        : standardError()
            * new TDistribution(null, n() - 1).inverseCumulativeProbability((1 + COVERED) / 2);
  }

  private double[] array() {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
