package io.semimeta.plot;

import io.semimeta.plot.Mark.Place;
import java.awt.geom.Path2D;
import java.awt.geom.PathIterator;
import java.math.BigDecimal;

/** Writes paths as text, with numbers that mean the same in SVG and PDF. */
final class PathText {
  private PathText() {}

  /** Returns a number with at most two decimals. */
  static String number(double value) {
    return BigDecimal.valueOf(Math.round(value * 100), 2).stripTrailingZeros().toPlainString();
  }

  static String pair(double x, double y) {
    return number(x) + " " + number(y);
  }

  static String pair(Place place) {
    return pair(place.x(), place.y());
  }

  /** Takes the parts of a path. */
  interface Pen {
    void move(double x, double y);

    void line(double x, double y);

    /** Draws a quadratic curve. */
    void curve(double x1, double y1, double x, double y);

    void close();
  }

  /** Hands the parts of letters' outlines to a pen. */
  static void trace(Path2D outline, Pen pen) {
    double[] at = new double[6];
    for (PathIterator parts = outline.getPathIterator(null); !parts.isDone(); parts.next()) {
      switch (parts.currentSegment(at)) {
        case PathIterator.SEG_MOVETO -> pen.move(at[0], at[1]);
        case PathIterator.SEG_LINETO -> pen.line(at[0], at[1]);
        case PathIterator.SEG_QUADTO -> pen.curve(at[0], at[1], at[2], at[3]);
        case PathIterator.SEG_CLOSE -> pen.close();
        default -> throw new IllegalArgumentException("letters have no cubic curves");
      }
    }
  }
}
