package io.semimeta.cli.summary;

import java.util.Locale;

/** Formats figures for people, and tells which of them say something. */
public final class Figures {
  private Figures() {}

  /** Formats a share in [0, 1] as a percentage, or as a dash where it is NaN. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Formats a probability, of which small ones are not told apart. */
  public static String probability(double p) {
    return p < 1e-4 ? "< 0.0001" : String.format(Locale.ROOT, "%.4f", p);
  }

  /** Tells whether a label can be outside the five most likely classes. */
  public static boolean hasTop5(int classes) {
    return classes > 5;
  }
}
