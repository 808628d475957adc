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

/** Images as OpenCV decodes, crops, resizes and encodes them, outside of the heap. */
final class NativeImages {
  static {
    NativeMessages.toLog();
    opencv_core.setNumThreads(0); // callers have threads of their own
  }

  /** What libjpeg allows. */
  private static final int MAX_JPEG_SIDE = 65_500;

  /** Of an image that is longer in proportion to its width the middle is resized alone. */
  private static final int LONGEST = 3;

  /** Pixels that are added up at once: few enough for a processor's cache. */
  private static final int PIXELS_AT_ONCE = 1 << 16;

  private static final int PNG_COMPRESSION = 6;

  private NativeImages() {}

  /** What is made of an image while it lies outside of the heap. */
  @FunctionalInterface
  interface Use<T> {
    T of(Mat image) throws IOException;
  }

  /**
   * Decodes, when there is room for the pixels.
   *
   * @param channels 1 or 3; a grey image is replicated to three
   * @param reduction 1, or 2, 4 or 8 for a JPEG of a part of its size
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

  private static Mat decoded(ImageHeader header, int channels, int reduction) throws IOException {
    byte[] source = header.source();
    Mat encoded = new Mat(1, source.length, opencv_core.CV_8UC1, new BytePointer(source));
    int mode = channels == 1 ? grey(reduction) : colour(reduction);
    if (header.format() == ImageFormat.TIFF) {
      mode |= opencv_imgcodecs.IMREAD_ANYDEPTH; // else it would round
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

  /** An image as it is looked at, by OpenCV's own rule. */
  private static Mat turned(Mat image, int orientation) {
    if (orientation == 1) {
      return image;
    }
    Mat turned = new Mat();
    if (orientation < 5) {
      turned = image;
    } else {
      opencv_core.transpose(image, turned);
    }
    Integer axis =
        switch (orientation) {
          case 2, 6 -> 1;
          case 3, 7 -> -1;
          case 4, 8 -> 0;
          default -> null;
        };
    if (axis != null) {
      opencv_core.flip(turned, turned, axis);
    }
    return turned;
  }

  /** The sums of an image's pixels; exact, as OpenCV adds bytes as integers. */
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
   * A part of an image, resized.
   *
   * @param reduction of the image, in whose full size the crop is given
   * @param input size of the result
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
   * The centre of an image, square.
   *
   * @param side the new length of the shorter side, in pixels
   * @param crop at most as long
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
   * The JPEG of an image whose shorter side is resized.
   *
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

  /** The PNG of an image: 8 bits a channel, grey or RGB, no ancillary chunks. */
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

  /** Likewise, of pixels on the heap. */
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
   * An axis of the whole image, resized.
   *
   * @param length of the axis, in pixels
   * @param other length of the other one
   * @param side the new length of the shorter one
   */
  private static int resizedLength(int length, int other, int side) {
    double scale = (double) Math.min(length, other) / side;
    return (int) Math.min(Integer.MAX_VALUE, Math.max(side, Math.round(length / scale)));
  }

  /** The mean of the area that each new pixel covers; linear interpolation where it grows. */
  private static Mat resized(Mat image, int height, int width) {
    boolean shrinks = image.cols() >= width && image.rows() >= height;
    int rule = shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR;
    Mat resized = new Mat();
    opencv_imgproc.resize(image, resized, new Size(width, height), 0, 0, rule);
    return resized;
  }

  private static int grey(int reduction) {
    return switch (reduction) {
      case 1 -> opencv_imgcodecs.IMREAD_GRAYSCALE;
      case 2 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_2;
      case 4 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_4;
      case 8 -> opencv_imgcodecs.IMREAD_REDUCED_GRAYSCALE_8;
      default -> throw new IllegalArgumentException("reduction " + reduction);
    };
  }

  private static int colour(int reduction) {
    return switch (reduction) {
      case 1 -> opencv_imgcodecs.IMREAD_COLOR;
      case 2 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_2;
      case 4 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_4;
      case 8 -> opencv_imgcodecs.IMREAD_REDUCED_COLOR_8;
      default -> throw new IllegalArgumentException("reduction " + reduction);
    };
  }

  /** The pixels of an image in one piece, copied to the heap. */
  static DecodedImage image(Mat mat) {
    byte[] pixels = new byte[mat.rows() * mat.cols() * mat.channels()];
    mat.data().get(pixels);
    return new DecodedImage(
        mat.channels(), mat.rows(), mat.cols(), mat.channels() == 1 ? pixels : planes(pixels));
  }

  /** And back. */
  static Mat mat(DecodedImage image) {
    boolean grey = image.channels() == 1;
    byte[] pixels = grey ? image.pixels() : interleaved(image.pixels());
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    return new Mat(image.height(), image.width(), type, new BytePointer(pixels));
  }

  /** From BGRBGR… to R…G…B…. */
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
