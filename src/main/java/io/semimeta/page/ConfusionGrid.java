package io.semimeta.page;

import io.semimeta.Shown;
import java.util.List;

/**
 * Draws a confusion matrix: a row a label, a column a predicted class, in each cell the number of
 * images and its share of the row.
 *
 * @param classes the names of the classes
 * @param counts the numbers of images by label, then by predicted class
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record ConfusionGrid(List<String> classes, long[][] counts) implements Block {
  /** More classes than this make cells too small to read. */
  public static final int MOST_CLASSES = 20;

  private static final int LONGEST_NAME = 16;
  private static final double LEFT = 118;
  private static final double TOP = 84;

  @Override
  public void writeTo(Html html) {
    int size = classes.size();
    double cell = size <= 10 ? 52 : Math.max(30, 620.0 / size);
    double width = LEFT + size * cell + 46;
    double height = TOP + size * cell + 6;
    html.open("figure").open("div", "class", "scroll");
    html.drawing(width, height, "Confusion matrix");
    html.open("g", "font-size", 11, "fill", Colours.MUTED);
    for (int c = 0; c < size; c++) {
      double middle = (c + 0.5) * cell;
      html.open(
          "text",
          "transform",
          "translate(%s %s) rotate(-40)"
              .formatted(Numbers.place(LEFT + middle - 4), Numbers.place(TOP - 8)));
      name(html, c);
      html.close();
      html.open("text", "x", LEFT - 8, "y", TOP + middle + 4, "text-anchor", "end");
      name(html, c);
      html.close();
    }
    html.close();
    for (int label = 0; label < size; label++) {
      row(html, label, cell);
    }
    html.close().close();
    html.leaf("p", "Rows are labels, columns predicted classes.", "class", "note").close().line();
  }

  private void name(Html html, int index) {
    String whole = Shown.text(classes.get(index));
    String name = Html.cut(whole, LONGEST_NAME);
    html.text(name);
    if (!name.equals(whole)) {
      html.leaf("title", whole);
    }
  }

  private void row(Html html, int label, double cell) {
    long images = 0;
    for (long count : counts[label]) {
      images += count;
    }
    for (int c = 0; c < classes.size(); c++) {
      long count = counts[label][c];
      double share = images == 0 ? 0 : (double) count / images;
      double x = LEFT + c * cell;
      double y = TOP + label * cell;
      html.empty("rect", Html.box(x, y, cell - 1, cell - 1, "fill", Colours.PANEL));
      if (count == 0) {
        continue;
      }
      String colour = c == label ? Colours.BLUE : Colours.VERMILLION;
      String opacity = Numbers.significant(0.06 + 0.84 * share, 2);
      html.empty(
          "rect", Html.box(x, y, cell - 1, cell - 1, "fill", colour, "fill-opacity", opacity));
      String ink = share > 0.5 ? Colours.PAPER : Colours.INK;
      html.open("g", "text-anchor", "middle", "fill", ink);
      boolean withShare = cell >= 40;
      double middle = y + cell / 2;
      double foot = withShare ? middle - 1 : middle + 4;
      int size = withShare ? 12 : 9;
      html.leaf("text", Numbers.count(count), "x", x + cell / 2, "y", foot, "font-size", size);
      if (withShare) {
        String text = Numbers.percent(share, share < 0.0995 ? 1 : 0);
        html.leaf("text", text, "x", x + cell / 2, "y", middle + 13, "font-size", 10);
      }
      html.close();
    }
  }
}
