package io.semimeta.plot;

import java.awt.geom.Path2D;
import java.util.List;

/** Is one of the things that a canvas holds; lengths are in points, colours are 0xRRGGBB. */
sealed interface Mark {

  /** Holds a place, counted from the upper left corner. */
  record Place(double x, double y) {
    /** Rounds to what all formats write, so that they show the same. */
    public Place {
      x = Math.round(x * 100) / 100.0;
      y = Math.round(y * 100) / 100.0;
    }
  }

  /** Holds filled discs of one colour. */
  record Dots(List<Place> centres, double radius, int colour) implements Mark {}

  /** Holds circles of one colour. */
  record Rings(List<Place> centres, double radius, double width, int colour) implements Mark {}

  /** Holds an upright rectangle, whose edge is drawn. */
  record Frame(Place corner, double width, double height, double stroke, int colour)
      implements Mark {}

  /** Holds a line of text, with the outlines of its letters in their places. */
  record Text(String text, Path2D outline, int colour) implements Mark {}
}
