package io.semimeta.page;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/** Draws curves over a common axis, such as a run's steps. */
public final class LineChart implements Block {
  private static final double WIDTH = 480;
  private static final double HEIGHT = 240;
  private static final double LEFT = 52;
  private static final double RIGHT = WIDTH - 14;
  private static final double TOP = 10;
  private static final double BOTTOM = HEIGHT - 38;

  /** So many points a chart, whatever the number of its curves, keep a page small. */
  private static final int POINTS = 2400;

  private static final int LEAST_POINTS = 24;
  private static final int MOST_POINTS = 400;

  private final String title;
  private final String across;
  private final List<Series> series = new ArrayList<>();
  private final List<Integer> colours = new ArrayList<>();
  private int next;
  private boolean logarithmic;
  private boolean shares;
  private double least = Double.NaN;
  private double most = Double.NaN;

  /**
   * Makes a chart without curves.
   *
   * @param title what it shows
   * @param across what the axis from left to right shows
   */
  public LineChart(String title, String across) {
    this.title = title;
    this.across = across;
  }

  /**
   * Adds a series, unless it has no finite value; the colours of the others are the same with it or
   * without.
   */
  public LineChart add(Series one) {
    int colour = next++;
    if (!one.curve().isEmpty() || one.singles().stream().anyMatch(single -> !single.isEmpty())) {
      series.add(one);
      colours.add(colour);
    }
    return this;
  }

  /** Makes the axis of values logarithmic, where all finite values are above 0. */
  public LineChart logarithmic() {
    logarithmic = true;
    return this;
  }

  /** Says that the values are shares, to be shown in per cent. */
  public LineChart shares() {
    shares = true;
    return this;
  }

  /** Has the axis of values reach from and to these at least; a NaN is no wish. */
  public LineChart reaching(double from, double to) {
    least = from;
    most = to;
    return this;
  }

  /** Tells whether there is nothing to draw. */
  public boolean isEmpty() {
    return series.isEmpty();
  }

  @Override
  public void writeTo(Html html) {
    if (isEmpty()) {
      return;
    }
    html.open("figure", "class", "chart").leaf("figcaption", title);
    if (series.size() > 1) {
      legend(html);
    }
    Axis x = Axis.exact(xs().min().orElse(0), xs().max().orElse(1));
    Axis y = values();
    html.drawing(WIDTH, HEIGHT, title + " by " + across);
    grid(html, x, y);
    int curves = series.stream().mapToInt(one -> 1 + one.singles().size()).sum();
    int points = Math.max(LEAST_POINTS, Math.min(MOST_POINTS, POINTS / curves));
    for (int i = 0; i < series.size(); i++) {
      for (Curve single : series.get(i).singles()) {
        path(html, single.thinned(points), x, y, colours.get(i), true);
      }
    }
    for (int i = 0; i < series.size(); i++) {
      path(html, series.get(i).curve().thinned(points), x, y, colours.get(i), false);
    }
    html.close().close().line();
  }

  private void legend(Html html) {
    html.open("p", "class", "legend");
    for (int i = 0; i < series.size(); i++) {
      html.open("span").open("svg", "width", 18, "height", 8, "aria-hidden", "true");
      html.empty("path", "d", "M1 4H17", "stroke-width", 2.0, "stroke", Colours.of(colours.get(i)))
          .close()
          .text(" " + series.get(i).name())
          .close()
          .text(" ");
    }
    html.close();
  }

  private Stream<Curve> curves() {
    return series.stream()
        .flatMap(one -> Stream.concat(Stream.of(one.curve()), one.singles().stream()));
  }

  private DoubleStream xs() {
    return curves().flatMapToDouble(curve -> DoubleStream.of(curve.x())).filter(Double::isFinite);
  }

  private DoubleStream ys() {
    return curves().flatMapToDouble(curve -> DoubleStream.of(curve.y())).filter(Double::isFinite);
  }

  private Axis values() {
    DoubleStream wishes = DoubleStream.of(least, most).filter(Double::isFinite);
    double[] all = DoubleStream.concat(ys(), wishes).toArray();
    double from = DoubleStream.of(all).min().orElse(0);
    double to = DoubleStream.of(all).max().orElse(1);
    if (logarithmic && from > 0) {
      return Axis.logarithmic(from, to);
    }
    return Axis.round(from, to);
  }

  private void grid(Html html, Axis x, Axis y) {
    html.open("g", "class", "axis", "font-size", 11, "fill", Colours.MUTED);
    y.ticks()
        .forEach(
            tick -> {
              double at = BOTTOM - y.at(tick.doubleValue()) * (BOTTOM - TOP);
              html.stroke(
                  "M" + Numbers.place(LEFT) + " " + Numbers.place(at) + "H" + Numbers.place(RIGHT),
                  Colours.LINE);
              String text =
                  shares ? Numbers.text(tick.movePointRight(2)) + " %" : Numbers.text(tick);
              html.label(text, LEFT - 6, at + 4, "end");
            });
    x.ticks()
        .forEach(
            tick -> {
              double at = LEFT + x.at(tick.doubleValue()) * (RIGHT - LEFT);
              html.label(Numbers.text(tick), at, BOTTOM + 16, "middle");
            });
    html.label(across, (LEFT + RIGHT) / 2, HEIGHT - 6, "middle");
    html.close();
  }

  private static void path(Html html, Curve curve, Axis x, Axis y, int colour, boolean thin) {
    StringBuilder path = new StringBuilder();
    boolean down = false;
    int run = 0;
    for (int i = 0; i < curve.x().length; i++) {
      double across = LEFT + x.at(curve.x()[i]) * (RIGHT - LEFT);
      double up = BOTTOM - y.at(curve.y()[i]) * (BOTTOM - TOP);
      if (!Double.isFinite(across) || !Double.isFinite(up)) {
        dot(path, down && run == 1);
        down = false;
        continue;
      }
      path.append(down ? 'L' : 'M').append(Numbers.place(across)).append(' ');
      path.append(Numbers.place(up));
      run = down ? run + 1 : 1;
      down = true;
    }
    dot(path, down && run == 1);
    if (path.length() > 0) {
      html.empty(
          "path",
          "d",
          path,
          "class",
          thin ? "thin" : null,
          "fill",
          "none",
          "stroke",
          Colours.of(colour),
          "stroke-width",
          thin ? "1" : "1.8",
          "stroke-opacity",
          thin ? "0.35" : null,
          "stroke-linejoin",
          "round",
          "stroke-linecap",
          "round");
    }
  }

  /** Makes a point that stands alone visible: a line of no length, whose round ends are drawn. */
  private static void dot(StringBuilder path, boolean alone) {
    path.append(alone ? "h0" : "");
  }

  @Override
  public String toString() {
    return "%s: %s curves".formatted(title, series.size());
  }
}
