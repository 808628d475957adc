package io.semimeta.evaluation;

import java.io.Serializable;
import java.math.BigDecimal;

/**
 * Adds numbers up without rounding, so that the order in which they come, and how Spark divides the
 * work, change no bit of the sum: each float64 number is a decimal fraction, and {@link BigDecimal}
 * adds those exactly.
 *
 * @param value the sum; null as soon as one of the numbers was infinite or no number
 */
record ExactSum(BigDecimal value) implements Serializable {
  static final ExactSum ZERO = new ExactSum(BigDecimal.ZERO);

  /** Returns the sum with one number more. */
  ExactSum plus(double number) {
    return plus(new ExactSum(Double.isFinite(number) ? new BigDecimal(number) : null));
  }

  /** Returns the sum of both. */
  ExactSum plus(ExactSum other) {
    boolean finite = value != null && other.value != null;
    return new ExactSum(finite ? value.add(other.value) : null);
  }

  /** Returns the float64 number next to the sum, or NaN. */
  double toDouble() {
    return value == null ? Double.NaN : value.doubleValue();
  }

  /** Returns the mean of so many numbers; NaN of none. */
  double mean(long count) {
    return toDouble() / count;
  }
}
