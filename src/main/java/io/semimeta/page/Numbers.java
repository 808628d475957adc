package io.semimeta.page;

import io.semimeta.Shown;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Formats numbers for people, in one way wherever the program runs. */
public final class Numbers {
  private static final String DASH = "–";

  private Numbers() {}

  /** Returns a coordinate, to a tenth of a pixel. */
  static String place(double pixels) {
    String text = Shown.format("%.1f", pixels);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** Returns a whole number with commas between thousands. */
  public static String count(long number) {
    return Shown.format("%,d", number);
  }

  /**
   * Returns a share in [0, 1] as a percentage, or a dash where there is none.
   *
   * @param decimals the digits after the point
   */
  public static String percent(Double share, int decimals) {
    return share == null || !Double.isFinite(share)
        ? DASH
        : Shown.format("%." + decimals + "f %%", 100 * share);
  }

  /** Returns a number to so many significant digits, or a dash where it is not finite. */
  public static String significant(double number, int digits) {
    if (!Double.isFinite(number)) {
      return DASH;
    }
    return text(new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN)));
  }

  /** Returns a number as short as it goes: plain, or with an exponent of ten. */
  static String text(BigDecimal number) {
    BigDecimal bare = number.stripTrailingZeros();
    int exponent = bare.signum() == 0 ? 0 : bare.precision() - bare.scale() - 1;
    if (exponent >= -4 && exponent < 9) {
      String plain = bare.toPlainString();
      return exponent >= 4 && bare.scale() <= 0
          ? Shown.format("%,d", bare.longValueExact())
          : plain;
    }
    return bare.movePointLeft(exponent).stripTrailingZeros().toPlainString() + "e" + exponent;
  }
}
