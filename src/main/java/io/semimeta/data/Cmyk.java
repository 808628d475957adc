package io.semimeta.data;

import java.awt.image.Raster;

/**
 * JPEGs in CMYK to RGB, as PIL's {@code convert("RGB")} does it: without a colour profile, and as
 * if the values were stored inverted, which Adobe's programs do.
 */
final class Cmyk {
  private Cmyk() {}

  /**
   * @param raster four bands as stored
   * @param ycck whether the first three are luminance and chrominance
   */
  static DecodedImage toRgb(Raster raster, boolean ycck) {
    int width = raster.getWidth();
    int height = raster.getHeight();
    int area = width * height;
    byte[] pixels = new byte[3 * area];
    int[] row = new int[4 * width];
    for (int y = 0; y < height; y++) {
      raster.getPixels(raster.getMinX(), raster.getMinY() + y, width, 1, row);
      for (int x = 0; x < width; x++) {
        if (ycck) {
          uninvertedCmy(row, 4 * x);
        }
        int white = row[4 * x + 3];
        for (int c = 0; c < 3; c++) {
          int ink = (255 - row[4 * x + c]) * white + 128;
          pixels[c * area + y * width + x] = (byte) (white - ((ink + (ink >> 8)) >> 8));
        }
      }
    }
    return new DecodedImage(3, height, width, pixels);
  }

  /** JFIF's conversion; libjpeg's result for these files is CMY, that is, inverted RGB. */
  private static void uninvertedCmy(int[] pixel, int at) {
    int luminance = pixel[at];
    double blue = pixel[at + 1] - 128;
    double red = pixel[at + 2] - 128;
    pixel[at] = 255 - clamped(luminance + 1.402 * red);
    pixel[at + 1] = 255 - clamped(luminance - 0.344136 * blue - 0.714136 * red);
    pixel[at + 2] = 255 - clamped(luminance + 1.772 * blue);
  }

  private static int clamped(double value) {
    return (int) Math.max(0, Math.min(255, Math.round(value)));
  }
}
