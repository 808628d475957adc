package io.semimeta.plot;

import io.semimeta.plot.Mark.Place;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds a drawing on white ground.
 *
 * @param title what it shows, for those who can't see it
 * @param width width in points
 * @param height height in points
 * @param marks what is drawn; what comes later lies above
 */
public record Canvas(String title, double width, double height, List<Mark> marks) {
  /** Makes an empty canvas. */
  Canvas(String title, double width, double height) {
    this(title, width, height, new ArrayList<>());
  }

  /** Draws discs. */
  void dots(List<Place> centres, double radius, int colour) {
    if (!centres.isEmpty()) {
      marks.add(new Mark.Dots(centres, radius, colour));
    }
  }

  /** Draws circles. */
  void rings(List<Place> centres, double radius, double width, int colour) {
    if (!centres.isEmpty()) {
      marks.add(new Mark.Rings(centres, radius, width, colour));
    }
  }

  /** Draws a rectangle's edge. */
  void frame(Place corner, double width, double height, double stroke, int colour) {
    marks.add(new Mark.Frame(corner, width, height, stroke, colour));
  }

  /** Writes a line of text, which begins at the place. */
  void text(String text, Place place, double size, int colour) {
    marks.add(new Mark.Text(text, Lettering.outline(text, size, place.x(), place.y()), colour));
  }
}
