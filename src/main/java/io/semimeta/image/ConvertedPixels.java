package io.semimeta.image;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Changes the pixels of WebP, BMP, TIFF and GIF images before they become a PNG. */
final class ConvertedPixels {
  private static final int VALUES = 256;

  private ConvertedPixels() {}

  /** Returns the upper 8 of 16 bits; an image of 8 bits stays as it is. */
  static Mat upperBits(Mat image) {
    if (image.depth() != opencv_core.CV_16U) {
      return image;
    }
    int channels = image.channels();
    int bytes = opencv_core.CV_MAKETYPE(opencv_core.CV_8U, 2 * channels);
    Mat both = new Mat(image.rows(), image.cols(), bytes, image.data());
    Mat upper = new Mat(image.rows(), image.cols(), opencv_core.CV_MAKETYPE(0, channels));
    int[] pairs = new int[2 * channels];
    for (int c = 0; c < channels; c++) {
      pairs[2 * c] = 2 * c + 1; // little-endian, as all our processors are
      pairs[2 * c + 1] = c;
    }
    opencv_core.mixChannels(both, 1, upper, 1, new IntPointer(pairs), channels);
    return upper;
  }

  /**
   * Spreads values of fewer bits, to which OpenCV has added zeros, so that the largest is white.
   *
   * @param bits how many bits red, green and blue have
   */
  static void spread(Mat image, int[] bits) {
    if (bits[0] == 8) {
      return;
    }
    byte[] table = new byte[3 * VALUES];
    for (int value = 0; value < VALUES; value++) {
      for (int c = 0; c < 3; c++) {
        int most = (1 << bits[c]) - 1;
        table[3 * value + 2 - c] = (byte) ((value >> (8 - bits[c])) * 255 / most);
      }
    }
    Mat lookUp = new Mat(1, VALUES, opencv_core.CV_8UC3, new BytePointer(table));
    opencv_core.LUT(image, lookUp, image);
  }

  /** Returns one channel of an image all of whose pixels are grey, or else the image. */
  static Mat greyIfAll(Mat image) {
    Mat[] planes = new Mat[3];
    for (int c = 0; c < 3; c++) {
      planes[c] = new Mat();
      opencv_core.extractChannel(image, planes[c], c);
    }
    boolean grey =
        opencv_core.norm(planes[0], planes[1]) == 0 && opencv_core.norm(planes[0], planes[2]) == 0;
    return grey ? planes[0] : image;
  }
}
