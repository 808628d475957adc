package io.semimeta.data;

/**
 * Resizes an image's shorter side and crops its centre. Smaller: each new pixel is the mean of the
 * area that it covers, so that halving is the mean of 2x2. Larger: linear interpolation between
 * pixel centres. Rounded once, at the end.
 */
public final class ImageResizer {
  private ImageResizer() {}

  /**
   * An image of size x size pixels.
   *
   * @param size the new length of the shorter side, in pixels
   */
  public static DecodedImage resizeAndCrop(DecodedImage image, int size) {
    int height = image.height();
    int width = image.width();
    double scale = (double) Math.min(height, width) / size;
    Weights rows = Weights.of(height, size, scale);
    Weights columns = Weights.of(width, size, scale);
    byte[] pixels = new byte[image.channels() * size * size];
    double[] band = new double[height * size];
    for (int c = 0; c < image.channels(); c++) {
      for (int y = rows.lowest(); y < rows.highest(); y++) {
        int row = (c * height + y) * width;
        for (int x = 0; x < size; x++) {
          double sum = 0;
          for (int k = 0; k < columns.weight[x].length; k++) {
            sum += columns.weight[x][k] * (image.pixels()[row + columns.first[x] + k] & 0xff);
          }
          band[y * size + x] = sum;
        }
      }
      for (int y = 0; y < size; y++) {
        for (int x = 0; x < size; x++) {
          double sum = 0;
          for (int k = 0; k < rows.weight[y].length; k++) {
            sum += rows.weight[y][k] * band[(rows.first[y] + k) * size + x];
          }
          pixels[(c * size + y) * size + x] = (byte) (int) (sum + 0.5);
        }
      }
    }
    return new DecodedImage(image.channels(), size, size, pixels);
  }

  /**
   * For each new pixel of one axis, within the crop alone: its first old pixel and the weights of
   * that one and those after it. They add up to 1.
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Weights(int[] first, double[][] weight) {
    /**
     * @param scale old pixels for a new one; above 1 when the image becomes smaller
     */
    static Weights of(int length, int size, double scale) {
      int resized = Math.max(size, (int) Math.round(length / scale));
      double step = (double) length / resized;
      int crop = (resized - size) / 2;
      Weights weights = new Weights(new int[size], new double[size][]);
      for (int i = 0; i < size; i++) {
        if (step >= 1) {
          weights.cover(i, (crop + i) * step, Math.min(length, (crop + i + 1) * step));
        } else {
          weights.interpolate(i, (crop + i + 0.5) * step - 0.5, length);
        }
      }
      return weights;
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
