package io.semimeta.plot;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Chooses colours for classes that people with any colour vision can tell apart, as far as their
 * number allows: up to eight are Okabe and Ito's (2008), and further ones are, each in turn, the
 * colour that is most unlike all before it to normal, protanopic and deuteranopic eyes.
 */
final class Palette {
  static final int DARK = 0x333333;
  static final int GREY = 0x999999;
  static final int BLUE = 0x0072B2;
  static final int VERMILLION = 0xD55E00;

  private static final List<Integer> OKABE_ITO =
      List.of(0xE69F00, 0x56B4E9, 0x009E73, 0xF0E442, BLUE, VERMILLION, 0xCC79A7, 0x000000);

  /** Dichromats' view of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
  private static final double[][][] VISIONS = {
    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
    {
      {0.152286, 1.052583, -0.204868},
      {0.114503, 0.786281, 0.099216},
      {-0.003882, -0.048116, 1.051998}
    },
    {
      {0.367322, 0.860646, -0.227968},
      {0.280085, 0.672501, 0.047413},
      {-0.011820, 0.042940, 0.968881}
    }
  };

  private static final int LEVELS = 16;

  /** Lighter colours (in Oklab) are hard to see on white, and darker ones look black. */
  private static final double LIGHTEST = 0.85;

  private static final double DARKEST = 0.4;

  private Palette() {}

  /** Holds a colour as each kind of eyes sees it, in Oklab. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Seen(int colour, double[][] views) {
    static Seen of(int colour) {
      return new Seen(
          colour,
          Arrays.stream(VISIONS).map(vision -> oklab(colour, vision)).toArray(double[][]::new));
    }

    double lightness() {
      return views[0][0];
    }

    /** Returns how unlike another colour is to the eyes that tell them apart least. */
    double difference(Seen other) {
      double least = Double.POSITIVE_INFINITY;
      for (int vision = 0; vision < views.length; vision++) {
        double sum = 0;
        for (int i = 0; i < 3; i++) {
          double difference = views[vision][i] - other.views[vision][i];
          sum += difference * difference;
        }
        least = Math.min(least, sum);
      }
      return Math.sqrt(least);
    }
  }

  /** Returns as many colours. */
  static List<Integer> colours(int count) {
    List<Integer> colours = new ArrayList<>(OKABE_ITO.subList(0, Math.min(count, 8)));
    if (count <= OKABE_ITO.size()) {
      return colours;
    }
    List<Seen> candidates =
        IntStream.range(0, LEVELS * LEVELS * LEVELS)
            .mapToObj(i -> Seen.of(candidate(i)))
            .filter(seen -> seen.lightness() >= DARKEST && seen.lightness() <= LIGHTEST)
            .toList();
    double[] nearest = new double[candidates.size()];
    Arrays.fill(nearest, Double.POSITIVE_INFINITY);
    colours.forEach(colour -> approach(nearest, candidates, Seen.of(colour)));
    while (colours.size() < count) {
      int best = 0;
      for (int c = 1; c < nearest.length; c++) {
        best = nearest[c] > nearest[best] ? c : best;
      }
      colours.add(candidates.get(best).colour);
      approach(nearest, candidates, candidates.get(best));
    }
    return colours;
  }

  private static void approach(double[] nearest, List<Seen> candidates, Seen taken) {
    for (int c = 0; c < nearest.length; c++) {
      nearest[c] = Math.min(nearest[c], candidates.get(c).difference(taken));
    }
  }

  private static int candidate(int index) {
    int step = 255 / (LEVELS - 1);
    int red = index / LEVELS / LEVELS * step;
    int green = index / LEVELS % LEVELS * step;
    return red << 16 | green << 8 | index % LEVELS * step;
  }

  /** Returns how unlike two colours are to the eyes that tell them apart least. */
  static double difference(int one, int other) {
    return Seen.of(one).difference(Seen.of(other));
  }

  /** Converts a colour, as some eyes see it, to Oklab (Ottosson 2020). */
  private static double[] oklab(int colour, double[][] vision) {
    double[] linear = {
      linear(colour >> 16 & 0xff), linear(colour >> 8 & 0xff), linear(colour & 0xff)
    };
    double[] seen = product(vision, linear);
    double[] cones =
        product(
            new double[][] {
              {0.4122214708, 0.5363325363, 0.0514459929},
              {0.2119034982, 0.6806995451, 0.1073969566},
              {0.0883024619, 0.2817188376, 0.6299787005}
            },
            seen);
    for (int i = 0; i < 3; i++) {
      cones[i] = StrictMath.cbrt(cones[i]);
    }
    return product(
        new double[][] {
          {0.2104542553, 0.7936177850, -0.0040720468},
          {1.9779984951, -2.4285922050, 0.4505937099},
          {0.0259040371, 0.7827717662, -0.8086757660}
        },
        cones);
  }

  private static double linear(int level) {
    double value = level / 255.0;
    return value <= 0.04045 ? value / 12.92 : StrictMath.pow((value + 0.055) / 1.055, 2.4);
  }

  private static double[] product(double[][] matrix, double[] vector) {
    double[] product = new double[3];
    for (int row = 0; row < 3; row++) {
      for (int column = 0; column < 3; column++) {
        product[row] += matrix[row][column] * vector[column];
      }
    }
    return product;
  }
}
