package io.semimeta.cli;

import io.semimeta.UserError;

/** Ranges of options. */
final class Checks {
  private Checks() {}

  static void atLeast(String option, Number value, double least) {
    requireFinite(option, value);
    if (!(value.doubleValue() >= least)) {
      throw new UserError(
          "%s %s: must be at least %s".formatted(option, text(value.doubleValue()), text(least)));
    }
  }

  static void above(String option, Number value, double bound) {
    requireFinite(option, value);
    if (!(value.doubleValue() > bound)) {
      throw new UserError(
          "%s %s: must be above %s".formatted(option, text(value.doubleValue()), text(bound)));
    }
  }

  /** What float32 cannot hold, libtorch refuses in the middle of a step. */
  private static void requireFinite(String option, Number value) {
    if (Math.abs(value.doubleValue()) > Float.MAX_VALUE) {
      throw new UserError("%s %s: too large".formatted(option, value));
    }
  }

  private static String text(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
