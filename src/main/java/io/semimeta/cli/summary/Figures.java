package io.semimeta.cli.summary;

import io.semimeta.Shown;

/** Formats figures for people, and tells which of them say something. */
public final class Figures {
  private Figures() {}

  /** Formats a share in [0, 1] as a percentage, or as a dash where it is NaN. */
  public static String percent(double share) {
    return Double.isNaN(share) ? "-" : Shown.format("%.2f %%", 100 * share);
  }

  /** Formats a probability, of which small ones are not told apart. */
  public static String probability(double p) {
    return p < 1e-4 ? "< 0.0001" : Shown.format("%.4f", p);
  }

  /** Tells whether a label can be outside the five most likely classes. */
  public static boolean hasTop5(int classes) {
    return classes > 5;
  }
}
