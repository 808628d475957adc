package io.semimeta.plot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.plot.Mark.Dots;
import io.semimeta.plot.Mark.Place;
import io.semimeta.plot.PlottedImage.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Looks at where a figure puts which images, in which colour. */
class FeatureFigureTest {
  private static final double STEP = FeatureFigure.PANEL + FeatureFigure.GAP;

  @Test
  void eachKindHasAPanelByClassAndAllHaveOne() {
    Canvas canvas = Figures.canvas();
    List<PlottedImage> images = Figures.images();
    List<Integer> colours = Palette.colours(3);
    for (int row = 0; row < 2; row++) {
      List<Kind> kinds = List.of(Kind.LABELLED, Kind.UNLABELLED, Kind.TEST);
      for (int panel = 0; panel < 3; panel++) {
        Kind kind = kinds.get(panel);
        for (int label = 0; label < 3; label++) {
          int wanted = label;
          long expected =
              images.stream().filter(i -> i.kind() == kind && i.label() == wanted).count();
          int found = in(canvas, row, panel, colours.get(label)).size();
          assertEquals(expected, found, kind + " of class " + label);
        }
      }
      assertEquals(1, in(canvas, row, 1, Palette.GREY).size());
      assertEquals(6, in(canvas, row, 3, Palette.VERMILLION).size());
      assertEquals(12, in(canvas, row, 3, Palette.BLUE).size());
      assertEquals(12, in(canvas, row, 3, Palette.GREY).size());
    }
  }

  @Test
  void anImageHasOnePlaceInAllPanels() {
    FeatureMap map = Figures.map("one", 1);
    Canvas canvas = FeatureFigure.draw(Figures.CLASSES, Figures.images(), List.of(map));
    List<Place> own = in(canvas, 0, 0, Palette.colours(3).get(0));
    List<Place> all = in(canvas, 0, 3, Palette.VERMILLION);
    assertEquals(own.get(0).x() + 3 * STEP, all.get(0).x(), 1e-6);
    assertEquals(own.get(0).y(), all.get(0).y(), 1e-6);
    // Upwards is upwards, and both axes have one scale: y spreads three times as far.
    int high = map.y()[0] > map.y()[1] ? 0 : 1;
    assertTrue(all.get(high).y() < all.get(1 - high).y());
    double ratio = (all.get(0).y() - all.get(1).y()) / (map.y()[1] - map.y()[0]);
    double across = (all.get(1).x() - all.get(0).x()) / (map.x()[1] - map.x()[0]);
    assertEquals(ratio, across, 0.02 * ratio);
  }

  @Test
  void labelledImagesAreMarkedAndAbove() {
    Canvas canvas = Figures.canvas();
    List<Mark.Rings> rings = marks(canvas, Mark.Rings.class);
    long labelled = 6 * 2 * 2 + 1; // two panels, two rows, the legend
    assertEquals(labelled, rings.stream().mapToLong(ring -> ring.centres().size()).sum());
    List<Integer> byKind =
        marks(canvas, Dots.class).stream()
            .filter(dots -> dots.centres().get(0).x() > 3 * STEP)
            .map(Dots::colour)
            .limit(3)
            .toList();
    assertEquals(List.of(Palette.GREY, Palette.BLUE, Palette.VERMILLION), byKind);
  }

  @Test
  void textSaysWhatThereIs() {
    String text = texts(Figures.canvas());
    for (String expected :
        List.of("runs/first", "labelled: 6, by class", "test: 12, by class", "all, by kind")) {
      assertTrue(text.contains(expected + "\n"), expected + " in " + text);
    }
    assertTrue(text.contains("class unknown"), text);
  }

  @Test
  void kindsWithoutImagesHaveNoPanel() {
    List<PlottedImage> train =
        Figures.images().stream().filter(image -> image.kind() != Kind.TEST).toList();
    Canvas canvas =
        FeatureFigure.draw(Figures.CLASSES, train, List.of(new FeatureMap("a", zeros(), zeros())));
    assertEquals(3, marks(canvas, Mark.Frame.class).size());
    assertEquals(FeatureFigure.GAP + 3 * STEP, canvas.width(), 1e-9);
  }

  @Test
  void manyClassesAndLongNamesFit() {
    List<String> classes = new ArrayList<>();
    IntStream.range(0, 1000).forEach(c -> classes.add("n0144" + c + " " + "long ".repeat(30)));
    Canvas canvas =
        FeatureFigure.draw(
            classes, Figures.images(), List.of(Figures.map("s3a://b/" + "x".repeat(500), 4)));
    assertTrue(texts(canvas).contains("… and 961 more"), texts(canvas));
    for (Mark.Text text : marks(canvas, Mark.Text.class)) {
      assertTrue(text.outline().getBounds2D().getMaxX() <= canvas.width(), text.text());
      assertTrue(text.outline().getBounds2D().getMaxY() <= canvas.height(), text.text());
    }
  }

  private static float[] zeros() {
    return new float[18];
  }

  private static String texts(Canvas canvas) {
    return marks(canvas, Mark.Text.class).stream()
        .map(text -> text.text() + "\n")
        .collect(Collectors.joining());
  }

  private static <T> List<T> marks(Canvas canvas, Class<T> type) {
    return canvas.marks().stream().filter(type::isInstance).map(type::cast).toList();
  }

  /** Returns the places of a panel's dots of one colour. */
  private static List<Place> in(Canvas canvas, int row, int panel, int colour) {
    double left = FeatureFigure.GAP + panel * STEP;
    double top =
        FeatureFigure.HEADING
            + row * (FeatureFigure.HEADING + FeatureFigure.PANEL + FeatureFigure.GAP);
    return marks(canvas, Dots.class).stream()
        .filter(dots -> dots.colour() == colour)
        .flatMap(dots -> dots.centres().stream())
        .filter(at -> at.x() >= left && at.x() <= left + FeatureFigure.PANEL)
        .filter(at -> at.y() >= top && at.y() <= top + FeatureFigure.PANEL)
        .toList();
  }
}
