package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** Decodes, crops, resizes and encodes images by OpenCV, outside of the heap. */
final class NativeImages {
  static {
    NativeMessages.toLog();
    opencv_core.setNumThreads(0); // callers have threads of their own
  }

  /** Bounds a JPEG's side in pixels, as libjpeg does. */
  private static final int MAX_JPEG_SIDE = 65_500;

  /** Bounds the ratio of an image's sides; only the middle of a longer image is resized. */
  private static final int LONGEST = 3;

  /** Limits the pixels that are added up at once, so that they fit a processor's cache. */
  private static final int PIXELS_AT_ONCE = 1 << 16;

  private static final int PNG_COMPRESSION = 6;

  private NativeImages() {}

  /** Makes a result of an image while it lies outside of the heap. */
  @FunctionalInterface
  interface Use<T> {
    T of(Mat image) throws IOException;
  }

  /**
   * Decodes an image as soon as there is room for its pixels.
   *
   * @param channels 1 or 3; a grey image is replicated to three
   * @param reduction factor by which each side is reduced: 1, and for a JPEG also 2, 4 or 8
   * @param use makes the result of the pixels, which are gone afterwards
   * @throws IOException with a reason for people, when it is no intact image
   */
  static <T> T decode(
      ImageHeader header, int channels, int reduction, Orientation orientation, Use<T> use)
      throws IOException {
    try (NativeRoom room = NativeRoom.take(header.nativeBytes(reduction, orientation));
        PointerScope scope = new PointerScope()) {
      Mat decoded = decoded(header, channels, reduction);
      if (decoded.empty()) {
        throw new IOException(header.fault());
      }
      return use.of(turned(decoded, header.turn(orientation)));
    }
  }

  /** Decodes a whole image with the channels that it has. */
  static <T> T decode(ImageHeader header, Orientation orientation, Use<T> use) throws IOException {
    return decode(header, header.channels(), 1, orientation, use);
  }

  private static Mat decoded(ImageHeader header, int channels, int reduction) throws IOException {
    byte[] source = header.source();
    Mat encoded = new Mat(1, source.length, opencv_core.CV_8UC1, new BytePointer(source));
    int mode = grey(reduction) | (channels == 1 ? 0 : opencv_imgcodecs.IMREAD_COLOR);
    if (header.format() == ImageFormat.TIFF) {
      mode |= opencv_imgcodecs.IMREAD_ANYDEPTH; // else OpenCV rounds
    }
    Mat image;
    try {
      image = opencv_imgcodecs.imdecode(encoded, mode | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
    } catch (RuntimeException e) { // an assertion of OpenCV's
      throw new IOException(header.fault(), e);
    }
    if (header.format().isStored() || image.empty()) {
      return image;
    }
    if (header.format() == ImageFormat.BMP) {
      ConvertedPixels.spread(image, OtherHeaders.bmpBits(source));
    }
    return ConvertedPixels.greyIfAll(ConvertedPixels.upperBits(image));
  }

  /** Turns an image upright, by OpenCV's own rule. */
  private static Mat turned(Mat image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    Mat turned = image;
    if (orientation >= 5) {
      turned = new Mat();
      opencv_core.transpose(image, turned);
    }
    switch (orientation) {
      case 2, 6 -> opencv_core.flip(turned, turned, 1);
      case 3, 7 -> opencv_core.flip(turned, turned, -1);
      case 4, 8 -> opencv_core.flip(turned, turned, 0);
      default -> {} // upright, or transposed alone
    }
    return turned;
  }

  /** Returns the sums of an image's pixels, which are exact, as OpenCV adds bytes as integers. */
  static PixelSums sums(Mat image) {
    int channels = image.channels();
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    int rows = Math.max(1, PIXELS_AT_ONCE / image.cols());
    for (int y = 0; y < image.rows(); y += rows) {
      try (PointerScope scope = new PointerScope()) {
        MatVector planes = new MatVector(channels);
        opencv_core.split(image.rowRange(y, Math.min(image.rows(), y + rows)), planes);
        for (int c = 0; c < channels; c++) {
          Mat plane = planes.get(channels - 1 - c); // from BGR to RGB
          sum[c] += (long) opencv_core.sumElems(plane).get();
          squares[c] += (long) plane.dot(plane);
        }
      }
    }
    return new PixelSums(image.rows(), image.cols(), sum, squares);
  }

  /**
   * Cuts out a part of an image and resizes it.
   *
   * @param reduction factor by which the image is reduced already; the crop is given in its full
   *     size
   * @param input gives the size of the result
   */
  static DecodedImage crop(Mat image, int reduction, RandomResizedCrop crop, ImageInput input) {
    int left = Math.min(image.cols() - 1, crop.left() / reduction);
    int top = Math.min(image.rows() - 1, crop.top() / reduction);
    int width = Math.min(image.cols() - left, Math.max(1, crop.width() / reduction));
    int height = Math.min(image.rows() - top, Math.max(1, crop.height() / reduction));
    Mat part = new Mat(image, new Rect(left, top, width, height));
    Mat resized = resized(part, input.height(), input.width());
    if (crop.flipped()) {
      opencv_core.flip(resized, resized, 1);
    }
    return image(resized);
  }

  /**
   * Returns the square centre of an image.
   *
   * @param side the new length of the shorter side, in pixels
   * @param crop side of the square in pixels, at most {@code side}
   */
  static Mat centre(Mat image, int side, int crop) {
    Mat middle = middle(image);
    int height = resizedLength(middle.rows(), middle.cols(), side);
    int width = resizedLength(middle.cols(), middle.rows(), side);
    Mat resized = resized(middle, height, width);
    return new Mat(resized, new Rect((width - crop) / 2, (height - crop) / 2, crop, crop)).clone();
  }

  /** Cuts both ends off a very long image, by equal amounts. */
  private static Mat middle(Mat image) {
    int shorter = Math.min(image.rows(), image.cols());
    int rows = (int) Math.min(image.rows(), (long) LONGEST * shorter);
    int columns = (int) Math.min(image.cols(), (long) LONGEST * shorter);
    int left = (image.cols() - columns) / 2;
    int top = (image.rows() - rows) / 2;
    return new Mat(image, new Rect(left, top, columns, rows));
  }

  /**
   * Resizes an image by its shorter side and encodes it as JPEG.
   *
   * @param side the new length of the shorter side, in pixels
   * @param quality from 1 to 100
   * @throws IOException where it would be too long, or have too many pixels
   */
  static byte[] resizedJpeg(Mat image, int side, int quality) throws IOException {
    int height = resizedLength(image.rows(), image.cols(), side);
    int width = resizedLength(image.cols(), image.rows(), side);
    String when = " once its shorter side has " + side;
    if (Math.max(height, width) > MAX_JPEG_SIDE) {
      throw new IOException("too long for a JPEG" + when);
    }
    ImageHeader.requireSize(width, height, when);
    return encoded(
        ".jpg", resized(image, height, width), opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
  }

  /** Returns an image whose longer side is at most so long, in pixels. */
  static Mat shrunk(Mat image, int longest) {
    int longer = Math.max(image.rows(), image.cols());
    if (longer <= longest) {
      return image;
    }
    int height = Math.max(1, Math.round((float) image.rows() * longest / longer));
    int width = Math.max(1, Math.round((float) image.cols() * longest / longer));
    return resized(image, height, width);
  }

  /** Encodes an image as PNG: 8 bits a channel, grey or RGB, without ancillary chunks. */
  static byte[] png(Mat image) {
    return encoded(
        ".png",
        image,
        opencv_imgcodecs.IMWRITE_PNG_COMPRESSION,
        PNG_COMPRESSION,
        opencv_imgcodecs.IMWRITE_PNG_STRATEGY,
        opencv_imgcodecs.IMWRITE_PNG_STRATEGY_FILTERED,
        opencv_imgcodecs.IMWRITE_PNG_FILTER,
        opencv_imgcodecs.IMWRITE_PNG_ALL_FILTERS);
  }

  /** Encodes pixels on the heap as {@link #png(Mat)} does. */
  static byte[] png(DecodedImage image) {
    try (PointerScope scope = new PointerScope()) {
      return png(mat(image));
    }
  }

  private static byte[] encoded(String kind, Mat image, int... options) {
    BytePointer encoded = new BytePointer();
    if (!opencv_imgcodecs.imencode(kind, image, encoded, new IntPointer(options))) {
      throw new IllegalStateException(kind + " of " + image.cols() + "x" + image.rows());
    }
    byte[] file = new byte[Math.toIntExact(encoded.limit())];
    encoded.get(file);
    return file;
  }

  /**
   * Returns the new length of an axis of the whole image.
   *
   * @param length length of the axis, in pixels
   * @param other length of the other axis, in pixels
   * @param side new length of the shorter axis, in pixels
   */
  private static int resizedLength(int length, int other, int side) {
    double scale = (double) Math.min(length, other) / side;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(side, Math.round(length / scale)));
  }

  /** Resizes by the mean of the area that each new pixel covers, or linearly where it grows. */
  private static Mat resized(Mat image, int height, int width) {
    boolean shrinks = image.cols() >= width && image.rows() >= height;
    int rule = shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR;
    Mat resized = new Mat();
    opencv_imgproc.resize(image, resized, new Size(width, height), 0, 0, rule);
    return resized;
  }

  /** Returns the way to decode in grey; with IMREAD_COLOR beside it, it is that in colour. */
  private static int grey(int reduction) {
    return switch (reduction) {
      case 1 -> opencv_imgcodecs.IMREAD_GRAYSCALE;
      case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
      case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
      case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
      default -> throw new IllegalArgumentException("reduction " + reduction);
    };
  }

  /** Copies the pixels of an image, which must lie in one piece, to the heap. */
  static DecodedImage image(Mat mat) {
    byte[] pixels = new byte[mat.rows() * mat.cols() * mat.channels()];
    mat.data().get(pixels);
    return new DecodedImage(
        mat.channels(), mat.rows(), mat.cols(), mat.channels() == 1 ? pixels : planes(pixels));
  }

  /** Copies pixels from the heap to an image. */
  static Mat mat(DecodedImage image) {
    boolean grey = image.channels() == 1;
    byte[] pixels = grey ? image.pixels() : interleaved(image.pixels());
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    return new Mat(image.height(), image.width(), type, new BytePointer(pixels));
  }

  /** Reorders pixels from BGRBGR… to R…G…B…. */
  private static byte[] planes(byte[] interleaved) {
    int area = interleaved.length / 3;
    byte[] pixels = new byte[interleaved.length];
    for (int i = 0; i < area; i++) {
      pixels[i] = interleaved[3 * i + 2];
      pixels[area + i] = interleaved[3 * i + 1];
      pixels[2 * area + i] = interleaved[3 * i];
    }
    return pixels;
  }

  private static byte[] interleaved(byte[] planes) {
    int area = planes.length / 3;
    byte[] pixels = new byte[planes.length];
    for (int i = 0; i < area; i++) {
      pixels[3 * i + 2] = planes[i];
      pixels[3 * i + 1] = planes[area + i];
      pixels[3 * i] = planes[2 * area + i];
    }
    return pixels;
  }
}
