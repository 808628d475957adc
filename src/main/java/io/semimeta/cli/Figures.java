package io.semimeta.cli;

import java.util.Locale;

/** How figures are shown to people, and which of them say something. */
final class Figures {
  private Figures() {}

  /** A share in [0, 1], or a dash where it is of no image. */
  static String percent(double share) {
    return Double.isNaN(share) ? "-" : String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  /** Whether a label can be outside the five most likely classes. */
  static boolean hasTop5(int classes) {
    return classes > 5;
  }
}
