package io.semimeta.page;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Draws shares by group, a line each: the single values as dots, their mean as a bar, and an
 * interval for it.
 *
 * @param title what it shows
 * @param groups the groups, from above
 */
public record DotPlot(String title, List<Group> groups) implements Block {
  private static final double WIDTH = 1012;
  private static final double LEFT = 190;
  private static final double RIGHT = WIDTH - 20;
  private static final double TOP = 8;
  private static final double LINE = 30;
  private static final int LONGEST_NAME = 26;

  /**
   * Holds a group.
   *
   * @param name its name
   * @param values its values, as shares
   * @param mean their mean
   * @param halfWidth half the width of the interval, or NaN where there is none
   */
  public record Group(String name, List<Double> values, double mean, double halfWidth) {
    private DoubleStream ends() {
      double half = Double.isFinite(halfWidth) ? halfWidth : 0;
      return DoubleStream.concat(
              values.stream().mapToDouble(Double::doubleValue),
              DoubleStream.of(mean - half, mean + half))
          .filter(Double::isFinite);
    }
  }

  @Override
  public void writeTo(Html html) {
    double[] ends = groups.stream().flatMapToDouble(Group::ends).toArray();
    if (ends.length == 0) {
      return;
    }
    Axis axis =
        Axis.round(DoubleStream.of(ends).min().orElse(0), DoubleStream.of(ends).max().orElse(1));
    double bottom = TOP + groups.size() * LINE;
    html.open("figure", "class", "chart").leaf("figcaption", title);
    html.drawing(WIDTH, bottom + 26, title);
    html.open("g", "font-size", 12, "fill", Colours.MUTED);
    axis.ticks()
        .forEach(
            tick -> {
              double at = place(axis, tick.doubleValue());
              html.stroke(
                  "M" + Numbers.place(at) + " " + Numbers.place(TOP) + "V" + Numbers.place(bottom),
                  Colours.LINE);
              String text = Numbers.text(tick.movePointRight(2)) + " %";
              html.label(text, at, bottom + 17, "middle");
            });
    html.close();
    for (int i = 0; i < groups.size(); i++) {
      group(html, axis, i, TOP + (i + 0.5) * LINE);
    }
    html.close().close().line();
  }

  private static double place(Axis axis, double value) {
    return LEFT + axis.at(value) * (RIGHT - LEFT);
  }

  private void group(Html html, Axis axis, int index, double y) {
    Group group = groups.get(index);
    String name = Html.cut(group.name, LONGEST_NAME);
    html.label(name, LEFT - 14, y + 4, "end", "font-size", 13, "fill", Colours.INK);
    String colour = Colours.of(index);
    if (Double.isFinite(group.halfWidth)) {
      double from = place(axis, group.mean - group.halfWidth);
      double width = place(axis, group.mean + group.halfWidth) - from;
      html.empty(
          "rect",
          Html.box(from, y - 7, width, 14, "rx", 3, "fill", colour, "fill-opacity", "0.18"));
    }
    for (double value : group.values) {
      double x = place(axis, value);
      html.empty("circle", "cx", x, "cy", y, "r", 3.6, "fill", colour, "fill-opacity", "0.75");
    }
    if (Double.isFinite(group.mean)) {
      String x = Numbers.place(place(axis, group.mean));
      html.stroke("M" + x + " " + Numbers.place(y - 11) + "v22", colour, "stroke-width", "2.4");
    }
  }
}
