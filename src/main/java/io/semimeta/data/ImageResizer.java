package io.semimeta.data;

import java.util.Arrays;

/**
 * Resizes an image's shorter side, and crops its centre. Smaller: each new pixel is the mean of the
 * area that it covers, so that halving is the mean of 2x2. Larger: linear interpolation between
 * pixel centres. Rounded once, at the end.
 */
public final class ImageResizer {
  private ImageResizer() {}

  /**
   * The centre, size x size pixels.
   *
   * @param size the new length of the shorter side, in pixels
   */
  public static DecodedImage resizeAndCrop(DecodedImage image, int size) {
    return resizeAndCrop(image, size, size);
  }

  /**
   * The centre, crop x crop pixels.
   *
   * @param side the new length of the shorter side, in pixels
   * @param crop at most as long
   */
  static DecodedImage resizeAndCrop(PixelRows image, int side, int crop) {
    int height = resized(image.height(), image.width(), side);
    int width = resized(image.width(), image.height(), side);
    Weights rows = Weights.of(image.height(), height, crop);
    Weights columns = Weights.of(image.width(), width, crop);
    return apply(image, rows, columns);
  }

  /**
   * An axis of the whole image, resized.
   *
   * @param length of the axis, in pixels
   * @param other length of the other one
   * @param side the new length of the shorter one
   */
  static int resized(int length, int other, int side) {
    double scale = (double) Math.min(length, other) / side;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(side, Math.round(length / scale)));
  }

  private static DecodedImage apply(PixelRows image, Weights rows, Weights columns) {
    int width = columns.first.length;
    int height = rows.first.length;
    byte[] pixels = new byte[image.channels() * height * width];
    int top = rows.lowest();
    double[] band = new double[(rows.highest() - top) * width];
    double[] sums = new double[width];
    byte[] old = new byte[image.width()];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = top; y < rows.highest(); y++) {
        image.copy(c, y, old);
        for (int x = 0; x < width; x++) {
          double[] weight = columns.weight[x];
          int from = columns.first[x];
          double sum = 0;
          for (int k = 0; k < weight.length; k++) {
            sum += weight[k] * (old[from + k] & 0xff);
          }
          band[(y - top) * width + x] = sum;
        }
      }
      for (int y = 0; y < height; y++) {
        Arrays.fill(sums, 0);
        for (int k = 0; k < rows.weight[y].length; k++) {
          double weight = rows.weight[y][k];
          int from = (rows.first[y] + k - top) * width;
          for (int x = 0; x < width; x++) { // what the compiler makes vectors of
            sums[x] += weight * band[from + x];
          }
        }
        int to = (c * height + y) * width;
        for (int x = 0; x < width; x++) {
          pixels[to + x] = (byte) (int) (sums[x] + 0.5);
        }
      }
    }
    return new DecodedImage(image.channels(), height, width, pixels);
  }

  /**
   * For each new pixel of one axis, within the crop alone: its first old pixel and the weights of
   * that one and those after it. They add up to 1.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weights(int[] first, double[][] weight) {
    /**
     * @param length of the old axis
     * @param resized length of the new one
     * @param size of the crop in its middle
     */
    static Weights of(int length, int resized, int size) {
      double step = (double) length / resized;
      int crop = (resized - size) / 2;
      Weights weights = new Weights(new int[size], new double[size][]);
      for (int i = 0; i < size; i++) {
        weights.set(i, (crop + i) * step, step, length);
      }
      return weights;
    }

    private void set(int i, double from, double step, int length) {
      if (step >= 1) {
        cover(i, from, Math.min(length, from + step));
      } else {
        interpolate(i, from + step / 2 - 0.5, length);
      }
    }

    private void cover(int i, double from, double to) {
      first[i] = (int) from;
      weight[i] = new double[(int) Math.ceil(to) - first[i]];
      for (int k = 0; k < weight[i].length; k++) {
        int old = first[i] + k;
        weight[i][k] = (Math.min(old + 1, to) - Math.max(old, from)) / (to - from);
      }
    }

    private void interpolate(int i, double centre, int length) {
      double inside = Math.max(0, Math.min(length - 1, centre));
      first[i] = Math.min((int) inside, Math.max(0, length - 2));
      double second = inside - first[i];
      weight[i] = length == 1 ? new double[] {1} : new double[] {1 - second, second};
    }

    int lowest() {
      return first[0];
    }

    int highest() {
      int last = first.length - 1;
      return first[last] + weight[last].length;
    }
  }
}
