package io.semimeta.page;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a chart's axis: the range of values, and round ones to mark.
 *
 * @param from the least value, at the axis's beginning
 * @param to the largest value, at its end; more than {@code from}
 * @param logarithmic whether equal distances are equal factors
 * @param ticks the values to mark
 */
record Axis(double from, double to, boolean logarithmic, List<BigDecimal> ticks) {
  private static final int MOST_TICKS = 6;
  private static final List<BigDecimal> STEPS =
      List.of(BigDecimal.ONE, BigDecimal.valueOf(2), BigDecimal.valueOf(5), BigDecimal.TEN);

  /** Makes an axis of exactly this range, or a little more where it is one value. */
  static Axis exact(double from, double to) {
    if (!(to > from)) {
      double half = Math.max(Math.abs(from) * 0.05, 1e-6);
      return exact(from - half, from + half);
    }
    return new Axis(from, to, false, within(from, to, step(from, to)));
  }

  /** Makes an axis from one round value to another, which hold the range between them. */
  static Axis round(double from, double to) {
    Axis bare = exact(from, to);
    BigDecimal step = step(bare.from, bare.to);
    BigDecimal first = floor(bare.from, step);
    BigDecimal last = floor(bare.to, step);
    last = last.doubleValue() < bare.to ? last.add(step) : last;
    return new Axis(
        first.doubleValue(),
        last.doubleValue(),
        false,
        within(first.doubleValue(), last.doubleValue(), step));
  }

  /** Makes a logarithmic axis; both ends are above 0. */
  static Axis logarithmic(double from, double to) {
    double most = to > from ? to : from * 1.05;
    double least = to > from ? from : from / 1.05;
    int first = (int) Math.floor(Math.log10(least));
    int last = (int) Math.ceil(Math.log10(most));
    List<BigDecimal> ticks = new ArrayList<>();
    int every = Math.max(1, (last - first + MOST_TICKS - 1) / MOST_TICKS);
    List<BigDecimal> factors = last - first <= 2 ? STEPS.subList(0, 3) : STEPS.subList(0, 1);
    for (int exponent = first; exponent <= last; exponent++) {
      for (BigDecimal factor : factors) {
        BigDecimal tick = factor.scaleByPowerOfTen(exponent);
        boolean inside = tick.doubleValue() >= least && tick.doubleValue() <= most;
        if (inside && (exponent - first) % every == 0) {
          ticks.add(tick);
        }
      }
    }
    // A range within a factor of two or so has hardly one of these in it.
    return new Axis(
        least, most, true, ticks.size() < 2 ? within(least, most, step(least, most)) : ticks);
  }

  private static BigDecimal step(double from, double to) {
    double rough = (to - from) / MOST_TICKS;
    int exponent = (int) Math.floor(Math.log10(rough));
    for (BigDecimal factor : STEPS) {
      BigDecimal step = factor.scaleByPowerOfTen(exponent);
      if (step.doubleValue() >= rough) {
        return step;
      }
    }
    return BigDecimal.ONE.scaleByPowerOfTen(exponent + 1);
  }

  private static BigDecimal floor(double value, BigDecimal step) {
    return new BigDecimal(value).divide(step, 0, RoundingMode.FLOOR).multiply(step);
  }

  private static List<BigDecimal> within(double from, double to, BigDecimal step) {
    List<BigDecimal> ticks = new ArrayList<>();
    double tolerance = (to - from) * 1e-9;
    for (BigDecimal tick = floor(from, step);
        tick.doubleValue() <= to + tolerance;
        tick = tick.add(step)) {
      if (tick.doubleValue() >= from - tolerance) {
        ticks.add(tick);
      }
    }
    return ticks;
  }

  /** Returns where a value is on the axis, from 0 to 1; NaN where it has no place. */
  double at(double value) {
    return logarithmic
        ? value > 0 ? Math.log(value / from) / Math.log(to / from) : Double.NaN
        : (value - from) / (to - from);
  }
}
