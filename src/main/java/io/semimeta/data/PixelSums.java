package io.semimeta.data;

/**
 * An image's size and its pixels added up, as integers, so that the totals of many images are exact
 * in any order.
 *
 * @param height in pixels
 * @param width in pixels
 * @param sum of each channel's pixels, from 0 to 255; one channel (grey) or three (red, green,
 *     blue)
 * @param squares likewise, of their squares
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record PixelSums(int height, int width, long[] sum, long[] squares) {

  /** Those of an image. */
  public static PixelSums of(DecodedImage image) {
    int channels = image.channels();
    int area = image.height() * image.width();
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    for (int c = 0; c < channels; c++) {
      for (int i = c * area; i < (c + 1) * area; i++) {
        long value = image.pixels()[i] & 0xff;
        sum[c] += value;
        squares[c] += value * value;
      }
    }
    return new PixelSums(image.height(), image.width(), sum, squares);
  }
}
