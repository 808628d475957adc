package io.semimeta.cli.summary;

import java.util.Locale;

/** Formats figures for people, and tells which of them say something. */
public final class Figures {
  private Figures() {}

  /** Formats a share in [0, 1] as a percentage, or as a dash where it is NaN. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Tells whether a label can be outside the five most likely classes. */
  public static boolean hasTop5(int classes) {
    return classes > 5;
  }
}
