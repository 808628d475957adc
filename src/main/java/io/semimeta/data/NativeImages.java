package io.semimeta.data;

import java.util.Optional;
import java.util.function.Function;
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

/**
 * JPEGs by libjpeg-turbo, and crops, as OpenCV has them. Decoding is twice as fast as ImageIO's, at
 * a part of the size faster still, and converts by no colour profile.
 */
final class NativeImages {
  static {
    opencv_core.setNumThreads(0); // callers have threads of their own
  }

  /** What libjpeg allows. */
  private static final int MAX_JPEG_SIDE = 65_500;

  private NativeImages() {}

  /**
   * Decodes a JPEG of one or three components.
   *
   * @param use makes the result of the pixels, which are gone afterwards
   * @return nothing where the file is broken or cut short
   */
  static <T> Optional<T> decode(byte[] jpeg, JpegHeader header, Function<Mat, T> use) {
    try (PointerScope scope = new PointerScope()) {
      Mat decoded = decode(jpeg, header.components(), 1);
      return decoded.empty() ? Optional.empty() : Optional.of(use.apply(decoded));
    }
  }

  /** The sums of an image's pixels; exact, as OpenCV adds bytes as integers. */
  static PixelSums sums(Mat image) {
    int channels = image.channels();
    MatVector planes = new MatVector(channels);
    opencv_core.split(image, planes);
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    for (int c = 0; c < channels; c++) {
      Mat plane = planes.get(channels - 1 - c); // from BGR to RGB
      sum[c] = (long) opencv_core.sumElems(plane).get();
      squares[c] = (long) plane.dot(plane);
    }
    return new PixelSums(image.rows(), image.cols(), sum, squares);
  }

  /**
   * Decodes a part of a JPEG of one or three components, resized; at a lower resolution where that
   * is enough.
   *
   * @param input channels and size of the result
   * @return nothing where the file is broken or cut short
   */
  static Optional<DecodedImage> crop(
      byte[] jpeg, JpegHeader header, RandomResizedCrop crop, ImageInput input) {
    try (PointerScope scope = new PointerScope()) {
      int reduction = crop.reduction(input.height(), input.width());
      Mat decoded = decode(jpeg, input.channels(), reduction);
      return decoded.empty()
          ? Optional.empty()
          : Optional.of(image(crop(decoded, reduction, crop, input)));
    }
  }

  /** A part of an image, resized. */
  static DecodedImage crop(DecodedImage image, RandomResizedCrop crop, ImageInput input) {
    try (PointerScope scope = new PointerScope()) {
      return image(crop(mat(image), 1, crop, input));
    }
  }

  /** As {@link ImageDecoder#resizedJpeg} has it; nothing where it would be too long for a JPEG. */
  static Optional<byte[]> resizedJpeg(DecodedImage image, int side, int quality) {
    try (PointerScope scope = new PointerScope()) {
      return resizedJpeg(mat(image), side, quality);
    }
  }

  /** Likewise. */
  static Optional<byte[]> resizedJpeg(Mat image, int side, int quality) {
    int height = ImageResizer.resized(image.rows(), image.cols(), side);
    int width = ImageResizer.resized(image.cols(), image.rows(), side);
    if (Math.max(height, width) > MAX_JPEG_SIDE) {
      return Optional.empty();
    }
    BytePointer encoded = new BytePointer();
    IntPointer options = new IntPointer(opencv_imgcodecs.IMWRITE_JPEG_QUALITY, quality);
    if (!opencv_imgcodecs.imencode(".jpg", resized(image, height, width), encoded, options)) {
      throw new IllegalStateException("JPEG of %dx%d".formatted(width, height));
    }
    byte[] jpeg = new byte[Math.toIntExact(encoded.limit())];
    encoded.get(jpeg);
    return Optional.of(jpeg);
  }

  private static Mat decode(byte[] jpeg, int channels, int reduction) {
    Mat encoded = new Mat(1, jpeg.length, opencv_core.CV_8UC1, new BytePointer(jpeg));
    int mode = channels == 1 ? grey(reduction) : colour(reduction);
    return opencv_imgcodecs.imdecode(encoded, mode | opencv_imgcodecs.IMREAD_IGNORE_ORIENTATION);
  }

  /**
   * @param reduction of the image, in whose full size the crop is given
   */
  private static Mat crop(Mat image, int reduction, RandomResizedCrop crop, ImageInput input) {
    int left = Math.min(image.cols() - 1, crop.left() / reduction);
    int top = Math.min(image.rows() - 1, crop.top() / reduction);
    int width = Math.min(image.cols() - left, Math.max(1, crop.width() / reduction));
    int height = Math.min(image.rows() - top, Math.max(1, crop.height() / reduction));
    Mat part = new Mat(image, new Rect(left, top, width, height));
    Mat resized = resized(part, input.height(), input.width());
    if (!crop.flipped()) {
      return resized;
    }
    Mat mirrored = new Mat();
    opencv_core.flip(resized, mirrored, 1);
    return mirrored;
  }

  /** The same rule as {@link ImageResizer}'s: the mean of the area, linear where it grows. */
  private static Mat resized(Mat image, int height, int width) {
    boolean shrinks = image.cols() >= width && image.rows() >= height;
    int rule = shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_LINEAR;
    Mat resized = new Mat();
    opencv_imgproc.resize(image, resized, new Size(width, height), 0, 0, rule);
    return resized;
  }

  private static Mat mat(DecodedImage image) {
    boolean grey = image.channels() == 1;
    byte[] pixels = grey ? image.pixels() : interleaved(image.pixels());
    int type = grey ? opencv_core.CV_8UC1 : opencv_core.CV_8UC3;
    return new Mat(image.height(), image.width(), type, new BytePointer(pixels));
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

  /** The pixels, where they are, of an image in one piece. */
  static PixelRows rows(Mat mat) {
    int channels = mat.channels();
    byte[] interleaved = new byte[channels * mat.cols()];
    BytePointer data = mat.data();
    return new PixelRows() {
      @Override
      public int channels() {
        return channels;
      }

      @Override
      public int height() {
        return mat.rows();
      }

      @Override
      public int width() {
        return mat.cols();
      }

      @Override
      public void copy(int channel, int y, byte[] row) {
        data.position((long) y * interleaved.length).get(interleaved);
        int from = channels - 1 - channel; // from BGR to RGB
        for (int x = 0; x < row.length; x++, from += channels) {
          row[x] = interleaved[from];
        }
      }
    };
  }

  /** The pixels, copied. */
  static DecodedImage image(Mat mat) {
    byte[] pixels = new byte[mat.rows() * mat.cols() * mat.channels()];
    mat.data().get(pixels);
    return new DecodedImage(
        mat.channels(), mat.rows(), mat.cols(), mat.channels() == 1 ? pixels : planes(pixels));
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

  /** And back. */
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
