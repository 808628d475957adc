package io.semimeta.page;

import java.util.List;

/**
 * Draws how often a network is right by how confident it is, and how many images are as confident.
 * A bin without images has no bar, for it says nothing.
 *
 * @param bins the bins of confidence
 */
public record ReliabilityDiagram(List<Bin> bins) implements Block {
  private static final double LEFT = 52;
  private static final double SIDE = 260;
  private static final double TOP = 10;
  private static final double LOW = TOP + SIDE + 24;
  private static final double COUNTS = 70;

  /**
   * Holds a bin.
   *
   * @param from its least confidence
   * @param to its largest
   * @param examples its number of images
   * @param confidence the mean of their confidences; anything where there are none
   * @param accuracy the share of them that is predicted right; anything where there are none
   */
  public record Bin(double from, double to, long examples, double confidence, double accuracy) {}

  @Override
  public void writeTo(Html html) {
    double width = LEFT + SIDE + 28;
    double height = LOW + COUNTS + 38;
    html.open("figure", "class", "reliability").leaf("figcaption", "Accuracy by confidence");
    html.drawing(width, height, "Reliability diagram");
    axes(html);
    long most = bins.stream().mapToLong(Bin::examples).max().orElse(0);
    for (Bin bin : bins) {
      if (bin.examples > 0) {
        bars(html, bin, most);
      }
    }
    String diagonal = "M" + point(0, 0) + "L" + point(1, 1);
    html.stroke(diagonal, Colours.MUTED, "stroke-dasharray", "4 3", "fill", "none");
    html.close().close().line();
  }

  private static String point(double confidence, double accuracy) {
    return Numbers.place(LEFT + confidence * SIDE)
        + " "
        + Numbers.place(TOP + (1 - accuracy) * SIDE);
  }

  private static void axes(Html html) {
    html.open("g", "font-size", 11, "fill", Colours.MUTED);
    for (int i = 0; i <= 4; i++) {
      double share = i / 4.0;
      double y = TOP + (1 - share) * SIDE;
      html.stroke("M" + point(0, share) + "H" + Numbers.place(LEFT + SIDE), Colours.LINE);
      html.label(Numbers.percent(share, 0), LEFT - 6, y + 4, "end");
      html.label(Numbers.percent(share, 0), LEFT + share * SIDE, LOW + COUNTS + 16, "middle");
    }
    html.stroke(
        "M" + Numbers.place(LEFT) + " " + Numbers.place(LOW + COUNTS) + "h" + Numbers.place(SIDE),
        Colours.LINE);
    html.label("images", LEFT - 6, LOW + COUNTS / 2 + 4, "end");
    html.label("confidence", LEFT + SIDE / 2, LOW + COUNTS + 33, "middle");
    html.close();
  }

  private static void bars(Html html, Bin bin, long most) {
    double x = LEFT + bin.from * SIDE + 0.5;
    double wide = Math.max(1, (bin.to - bin.from) * SIDE - 1);
    double high = bin.accuracy * SIDE;
    double top = TOP + SIDE - high;
    html.open("rect", Html.box(x, top, wide, high, "fill", Colours.BLUE, "fill-opacity", "0.75"));
    html.leaf(
            "title",
            "%s images, accuracy %s, mean confidence %s"
                .formatted(
                    Numbers.count(bin.examples),
                    Numbers.percent(bin.accuracy, 1),
                    Numbers.percent(bin.confidence, 1)))
        .close();
    double tall = Math.max(0.5, COUNTS * bin.examples / most);
    double low = LOW + COUNTS - tall;
    html.open("rect", Html.box(x, low, wide, tall, "fill", Colours.MUTED, "fill-opacity", "0.6"));
    html.leaf("title", Numbers.count(bin.examples) + " images").close();
    String mean = "M" + point(bin.from, bin.confidence) + "h" + Numbers.place(wide);
    html.stroke(mean, Colours.VERMILLION, "stroke-width", "2");
  }
}
