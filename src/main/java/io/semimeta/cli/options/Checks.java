package io.semimeta.cli.options;

import io.semimeta.Shown;
import io.semimeta.UserError;

/** Checks the ranges of options. */
public final class Checks {
  private Checks() {}

  /** Refuses a value below a bound; null, where none is given, is well. */
  public static void atLeast(String option, Number value, double least) {
    if (value == null) {
      return;
    }
    requireFinite(option, value);
    require(
        value.doubleValue() >= least,
        option,
        Shown.number(value.doubleValue()),
        "at least " + Shown.number(least));
  }

  static void above(String option, Number value, double bound) {
    requireFinite(option, value);
    require(
        value.doubleValue() > bound,
        option,
        Shown.number(value.doubleValue()),
        "above " + Shown.number(bound));
  }

  /** Refuses an option's value unless {@code holds}, which NaN makes false in any comparison. */
  public static void require(boolean holds, String option, Object value, String range) {
    if (!holds) {
      throw new UserError("%s %s: must be %s".formatted(option, value, range));
    }
  }

  /** Refuses what float32 cannot hold, which libtorch would refuse in the middle of a step. */
  private static void requireFinite(String option, Number value) {
    if (Math.abs(value.doubleValue()) > Float.MAX_VALUE) {
      throw new UserError("%s %s: too large".formatted(option, value));
    }
  }
}
