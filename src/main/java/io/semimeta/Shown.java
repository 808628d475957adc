package io.semimeta;

import java.util.Locale;

/**
 * Makes text that came from data and files safe to show to people: control characters could move a
 * terminal's cursor and overwrite other lines, or make up lines in a log, and direction marks could
 * show a name backwards.
 */
public final class Shown {
  private static final int ZERO_WIDTH_NON_JOINER = 0x200c;
  private static final int ZERO_WIDTH_JOINER = 0x200d;

  private Shown() {}

  /** Returns the text on one line, with every control character escaped, as in {@code \\u001b}. */
  public static String text(Object value) {
    return escaped(String.valueOf(value), "");
  }

  /** Formats numbers in one way on every machine, whatever its locale. */
  public static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /** Returns a number without a fraction where it has none. */
  public static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  /** Escapes a text of many lines, such as a stack trace; line breaks and tabs stay. */
  public static String lines(String text) {
    return escaped(text, "\n\t");
  }

  private static String escaped(String text, String kept) {
    if (text.codePoints().noneMatch(point -> isEscaped(point, kept))) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            point -> {
              if (isEscaped(point, kept)) {
                shown.append(escape(point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return shown.toString();
  }

  private static boolean isEscaped(int point, String kept) {
    return switch (Character.getType(point)) {
      case Character.CONTROL -> kept.indexOf(point) < 0;
      case Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE -> true;
      // Scripts and emojis need the two joiners; the others turn or hide text.
      case Character.FORMAT -> point != ZERO_WIDTH_JOINER && point != ZERO_WIDTH_NON_JOINER;
      default -> false;
    };
  }

  private static String escape(int point) {
    return switch (point) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> format(point > 0xffff ? "\\U%08x" : "\\u%04x", point);
    };
  }
}
