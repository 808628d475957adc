package io.semimeta.plot;

import io.semimeta.Shown;
import io.semimeta.plot.Mark.Place;
import io.semimeta.plot.PlottedImage.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Draws networks' features as the paper's Figure 3 does: a row for each network, with a panel for
 * each kind of image, coloured by class, and a last one of all images, coloured by kind.
 */
public final class FeatureFigure {
  static final double PANEL = 220;
  static final double GAP = 12;
  static final double HEADING = 30;
  private static final double TEXT = 9;
  private static final double TITLE = 10;
  private static final double LINE = 14;
  private static final double SWATCH = 12;
  private static final double WIDEST_ENTRY = 130;
  private static final int MOST_ENTRIES = 40;
  private static final double DOT = 1.2;
  private static final double LABELLED_DOT = 2.2;
  private static final double RING = 0.6;

  private final List<String> classes;
  private final List<Integer> colours;
  private final List<PlottedImage> images;
  private final List<Kind> kinds;

  private FeatureFigure(List<String> classes, List<PlottedImage> images) {
    this.classes = classes;
    this.images = images;
    colours = Palette.colours(classes.size());
    kinds =
        Arrays.stream(Kind.values())
            .filter(kind -> images.stream().anyMatch(image -> image.kind() == kind))
            .toList();
  }

  /** Names a colour. */
  private record Entry(String text, int colour, boolean isLabelled) {}

  /**
   * Draws a figure.
   *
   * @param classes the classes' names, by label
   * @param images the images
   * @param maps where each network has them, one row a network
   */
  public static Canvas draw(
      List<String> classes, List<PlottedImage> images, List<FeatureMap> maps) {
    return new FeatureFigure(classes, images).draw(maps);
  }

  private Canvas draw(List<FeatureMap> maps) {
    double width = GAP + (kinds.size() + 1) * (PANEL + GAP);
    List<Entry> byClass = classEntries();
    List<Entry> byKind =
        kinds.stream()
            .map(kind -> new Entry(kind.text(), colour(kind), kind == Kind.LABELLED))
            .toList();
    double widest = byClass.stream().mapToDouble(FeatureFigure::width).max().orElse(0);
    int columns = (int) Math.max(1, Math.min(byClass.size(), (width - 2 * GAP) / widest));
    int lines = (byClass.size() + columns - 1) / columns;
    double panels = maps.size() * (HEADING + PANEL + GAP);
    Canvas canvas =
        new Canvas("t-SNE of features of images", width, panels + (lines + 1) * LINE + GAP);
    for (int row = 0; row < maps.size(); row++) {
      row(canvas, maps.get(row), row * (HEADING + PANEL + GAP));
    }
    legend(canvas, byKind, byKind.size(), WIDEST_ENTRY, panels);
    legend(canvas, byClass, columns, widest, panels + LINE);
    return canvas;
  }

  private void row(Canvas canvas, FeatureMap map, double top) {
    String title = Lettering.fitted(Shown.text(map.title()), TITLE, canvas.width() - 2 * GAP);
    canvas.text(title, new Place(GAP, top + GAP), TITLE, Palette.DARK);
    List<Place> places = places(map, top + HEADING);
    for (int panel = 0; panel <= kinds.size(); panel++) {
      double left = GAP + panel * (PANEL + GAP);
      boolean isLast = panel == kinds.size();
      String heading = isLast ? "all, by kind" : heading(kinds.get(panel));
      canvas.text(heading, new Place(left, top + HEADING - 4), TEXT, Palette.DARK);
      if (isLast) {
        byKind(canvas, places, left);
      } else {
        byClass(canvas, places, left, kinds.get(panel));
      }
      Place corner = new Place(left, top + HEADING);
      canvas.frame(corner, PANEL, PANEL, 0.5, Palette.GREY);
    }
  }

  private String heading(Kind kind) {
    long count = images.stream().filter(image -> image.kind() == kind).count();
    return Shown.format("%s: %,d, by class", kind.text(), count);
  }

  /** Returns the images' places in the first panel of a row. */
  private static List<Place> places(FeatureMap map, double top) {
    double[] x = range(map.x());
    double[] y = range(map.y());
    double range = Math.max(1e-9, Math.max(x[1] - x[0], y[1] - y[0]));
    double inner = PANEL - 4 * LABELLED_DOT;
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < map.x().length; i++) {
      double right = (map.x()[i] - (x[0] + x[1]) / 2) / range * inner;
      double up = (map.y()[i] - (y[0] + y[1]) / 2) / range * inner;
      places.add(new Place(PANEL / 2 + right, top + PANEL / 2 - up));
    }
    return places;
  }

  /** Returns the least and the greatest of some numbers. */
  private static double[] range(float[] values) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (float value : values) {
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
    return new double[] {least, greatest};
  }

  private void byClass(Canvas canvas, List<Place> places, double left, Kind kind) {
    for (int label = -1; label < classes.size(); label++) {
      int wanted = label;
      List<Place> own =
          select(
              places, left, image -> image.kind() == kind && Math.max(-1, image.label()) == wanted);
      dots(canvas, own, label < 0 ? Palette.GREY : colours.get(label), kind == Kind.LABELLED);
    }
  }

  /** Draws the labelled images, which are few, above all others. */
  private void byKind(Canvas canvas, List<Place> places, double left) {
    for (Kind kind : List.of(Kind.TEST, Kind.UNLABELLED, Kind.LABELLED)) {
      List<Place> own = select(places, left, image -> image.kind() == kind);
      dots(canvas, own, colour(kind), kind == Kind.LABELLED);
    }
  }

  private List<Place> select(List<Place> places, double left, Predicate<PlottedImage> wanted) {
    return IntStream.range(0, images.size())
        .filter(i -> wanted.test(images.get(i)))
        .mapToObj(i -> new Place(left + places.get(i).x(), places.get(i).y()))
        .toList();
  }

  private static void dots(Canvas canvas, List<Place> places, int colour, boolean isLabelled) {
    canvas.dots(places, isLabelled ? LABELLED_DOT : DOT, colour);
    if (isLabelled) {
      canvas.rings(places, LABELLED_DOT, RING, Palette.DARK);
    }
  }

  private static int colour(Kind kind) {
    return switch (kind) {
      case LABELLED -> Palette.VERMILLION;
      case UNLABELLED -> Palette.BLUE;
      case TEST -> Palette.GREY;
    };
  }

  private List<Entry> classEntries() {
    List<Entry> entries = new ArrayList<>();
    int shown = classes.size() > MOST_ENTRIES ? MOST_ENTRIES - 1 : classes.size();
    for (int label = 0; label < shown; label++) {
      entries.add(new Entry(classes.get(label), colours.get(label), false));
    }
    if (shown < classes.size()) {
      String more = Shown.format("… and %,d more", classes.size() - shown);
      entries.add(new Entry(more, -1, false));
    }
    if (images.stream().anyMatch(image -> image.label() < 0)) {
      entries.add(new Entry("class unknown", Palette.GREY, false));
    }
    return entries.stream()
        .map(
            entry ->
                new Entry(
                    Lettering.fitted(Shown.text(entry.text), TEXT, WIDEST_ENTRY),
                    entry.colour,
                    false))
        .toList();
  }

  private static double width(Entry entry) {
    return SWATCH + Lettering.width(entry.text, TEXT) + GAP;
  }

  private static void legend(
      Canvas canvas, List<Entry> entries, int columns, double column, double top) {
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      double left = GAP + i % columns * column;
      double foot = top + (i / columns + 1) * LINE - 4;
      if (entry.colour >= 0) {
        List<Place> dot = List.of(new Place(left + SWATCH / 3, foot - TEXT / 3));
        canvas.dots(dot, 2 * DOT, entry.colour);
        if (entry.isLabelled) {
          canvas.rings(dot, 2 * DOT, RING, Palette.DARK);
        }
      }
      canvas.text(entry.text, new Place(left + SWATCH, foot), TEXT, Palette.DARK);
    }
  }
}
