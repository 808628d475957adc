package io.semimeta.cli;

import io.semimeta.UserError;

/** Ranges of options. */
final class Checks {
  private Checks() {}

  static void atLeast(String option, Number value, double least) {
    if (!(value.doubleValue() >= least) || Double.isInfinite(value.doubleValue())) {
      throw new UserError(
          "%s %s: must be at least %s".formatted(option, text(value.doubleValue()), text(least)));
    }
  }

  static void above(String option, Number value, double bound) {
    if (!(value.doubleValue() > bound) || Double.isInfinite(value.doubleValue())) {
      throw new UserError(
          "%s %s: must be above %s".formatted(option, text(value.doubleValue()), text(bound)));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
