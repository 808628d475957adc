package io.semimeta.page;

import io.semimeta.Shown;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.commons.text.StringEscapeUtils;

/**
 * Writes HTML and SVG in which no text can become markup: all text and all values of attributes are
 * escaped, control characters too ({@link Shown}). Names of elements and attributes are the
 * program's own; those that could run or load something are refused.
 */
public final class Html {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9-]*");
  private static final Set<String> REFUSED =
      Set.of("script", "iframe", "object", "embed", "foreignObject", "base", "form");

  private final StringBuilder out = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values by turns; an attribute whose value is null is left out
   * @throws IllegalArgumentException where an element or attribute may not be on a page
   */
  public Html open(String element, Object... attributes) {
    begin(element, attributes);
    out.append('>');
    open.push(element);
    return this;
  }

  /**
   * Begins a drawing.
   *
   * @param label what it shows, for who cannot see it
   */
  Html drawing(double width, double height, String label) {
    String box = "0 0 " + Numbers.place(width) + " " + Numbers.place(height);
    return open(
        "svg",
        "viewBox",
        box,
        "width",
        width,
        "height",
        height,
        "role",
        "img",
        "aria-label",
        label);
  }

  /** Draws a line along a path. */
  Html stroke(Object path, String colour, Object... more) {
    return empty("path", with(more, "d", path, "stroke", colour));
  }

  /** Writes a text into a drawing; the anchor says which part of it is at the place. */
  Html label(Object text, double x, double y, String anchor, Object... more) {
    return leaf("text", text, with(more, "x", x, "y", y, "text-anchor", anchor));
  }

  /** Returns the attributes of a filled rectangle. */
  static Object[] box(double x, double y, double width, double height, Object... more) {
    return with(more, "x", x, "y", y, "width", width, "height", height);
  }

  private static Object[] with(Object[] more, Object... first) {
    return ArrayUtils.addAll(first, more);
  }

  /** Cuts a text that is longer than so many characters, and ends it with an ellipsis. */
  static String cut(String text, int longest) {
    return text.codePointCount(0, text.length()) > longest
        ? text.substring(0, text.offsetByCodePoints(0, longest - 1)) + "…"
        : text;
  }

  /** Closes the element that was opened last. */
  public Html close() {
    out.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Writes an element without contents. */
  public Html empty(String element, Object... attributes) {
    begin(element, attributes);
    out.append("/>");
    return this;
  }

  /** Writes an element that holds text alone. */
  public Html leaf(String element, Object text, Object... attributes) {
    return open(element, attributes).text(text).close();
  }

  /** Writes text. */
  public Html text(Object text) {
    escape(Shown.text(text));
    return this;
  }

  /** Writes a line break, for whoever reads the source. */
  Html line() {
    out.append('\n');
    return this;
  }

  /** Writes what this package itself wrote: a style sheet, or a document type. */
  Html own(String markup) {
    out.append(markup);
    return this;
  }

  private void begin(String element, Object... attributes) {
    require(NAME.matcher(element).matches() && !REFUSED.contains(element), element);
    out.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        attribute(attributes[i].toString(), attributes[i + 1]);
      }
    }
  }

  private void attribute(String name, Object value) {
    String text = value instanceof Double number ? Numbers.place(number) : Shown.text(value);
    boolean loads = name.equals("src") || name.equals("href");
    require(NAME.matcher(name).matches() && !name.startsWith("on"), name);
    require(!loads || text.startsWith("data:image/"), name + "=" + text);
    out.append(' ').append(name).append("=\"");
    escape(text);
    out.append('"');
  }

  private static void require(boolean allowed, String what) {
    if (!allowed) {
      throw new IllegalArgumentException("not on a page: " + what);
    }
  }

  private void escape(String text) {
    out.append(StringEscapeUtils.escapeXml10(text));
  }

  /**
   * Returns what was written.
   *
   * @throws IllegalStateException where an element is still open
   */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return out.toString();
  }
}
