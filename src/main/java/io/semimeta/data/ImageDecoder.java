package io.semimeta.data;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import javax.imageio.IIOException;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * JPEG and PNG to pixels. Values are the file's own: no colour profile, gamma or EXIF orientation
 * is applied, as in PIL. Grey stays grey; a palette is looked up, and counts as grey when all its
 * colours are; alpha is dropped, whatever lies under it (PIL's {@code convert("RGB")}); CMYK
 * becomes RGB; of 16 bits the upper 8 are kept.
 */
public final class ImageDecoder {
  /** Larger images are refused before they are decoded. */
  public static final long MAX_PIXELS = 1L << 26;

  /** Larger files are refused. */
  public static final int MAX_BYTES = 1 << 26;

  private ImageDecoder() {}

  /**
   * Decodes with as many channels as the image has, 1 or 3.
   *
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static DecodedImage decode(byte[] encoded) throws IOException {
    return decode(encoded, NativeImages::image, image -> image);
  }

  /**
   * Decodes an image only to add its pixels up.
   *
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static PixelSums sums(byte[] encoded) throws IOException {
    return decode(encoded, NativeImages::sums, PixelSums::of);
  }

  /**
   * The JPEG file of an image, grey or in colour, whose shorter side is resized: the same bytes for
   * the same file.
   *
   * @param side the new length of the shorter side, in pixels
   * @param quality from 1 to 100
   * @throws IOException with a reason for people, when it is no intact image within the limits, or
   *     too long for a JPEG then
   */
  public static byte[] resizedJpeg(byte[] encoded, int side, int quality) throws IOException {
    Optional<byte[]> jpeg =
        decode(
            encoded,
            image -> NativeImages.resizedJpeg(image, side, quality),
            image -> NativeImages.resizedJpeg(image, side, quality));
    return jpeg.orElseThrow(
        () -> new IIOException("too long for a JPEG once its shorter side has %d".formatted(side)));
  }

  /**
   * Decodes, natively where that can be: then the pixels needn't come to Java.
   *
   * @param inNative what is made of an image that lies outside of Java
   * @param inJava the same of any other
   */
  private static <T> T decode(byte[] encoded, Function<Mat, T> inNative, JavaImages.Use<T> inJava)
      throws IOException {
    Optional<JpegHeader> jpeg = header(encoded);
    if (jpeg.isPresent() && jpeg.get().isGreyOrColour()) {
      Optional<T> made = NativeImages.decode(encoded, jpeg.get(), inNative);
      if (made.isPresent()) {
        return made.get();
      }
      // ImageIO knows what is wrong with it.
    }
    return JavaImages.decode(encoded, format(encoded), jpeg, inJava);
  }

  /**
   * Decodes to the given number of channels: a grey image is replicated to three.
   *
   * @param channels 1 or 3, as the manifest says
   * @throws IOException also when the image is in colour and one channel is asked for
   */
  public static DecodedImage decode(byte[] encoded, int channels) throws IOException {
    return withChannels(decode(encoded), channels);
  }

  /**
   * The centre of an image, square.
   *
   * @param side to which the shorter side is resized before, in pixels
   * @param input channels and size of the result
   * @throws IOException also when the image is in colour and one channel is asked for
   */
  static DecodedImage centre(byte[] encoded, int side, ImageInput input) throws IOException {
    DecodedImage centre =
        decode(
            encoded,
            image -> ImageResizer.resizeAndCrop(NativeImages.rows(image), side, input.height()),
            image -> ImageResizer.resizeAndCrop(image, side, input.height()));
    return withChannels(centre, input.channels());
  }

  private static DecodedImage withChannels(DecodedImage image, int channels) throws IOException {
    if (image.channels() == channels) {
      return image;
    }
    if (channels == 1) {
      throw new IIOException("in colour, but the data set is grey");
    }
    int area = image.height() * image.width();
    byte[] pixels = new byte[channels * area];
    for (int c = 0; c < channels; c++) {
      System.arraycopy(image.pixels(), 0, pixels, c * area, area);
    }
    return new DecodedImage(channels, image.height(), image.width(), pixels);
  }

  /**
   * Part of an image, resized.
   *
   * @param input channels and size of the result
   * @param flip whether the part is mirrored at random
   */
  static DecodedImage crop(byte[] encoded, ImageInput input, boolean flip, SplittableRandom random)
      throws IOException {
    Optional<JpegHeader> jpeg = header(encoded);
    if (jpeg.isPresent() && jpeg.get().suits(input)) {
      RandomResizedCrop crop =
          RandomResizedCrop.draw(jpeg.get().width(), jpeg.get().height(), flip, random);
      Optional<DecodedImage> part = NativeImages.crop(encoded, jpeg.get(), crop, input);
      if (part.isPresent()) {
        return part.get();
      }
    }
    return JavaImages.decode(
        encoded,
        format(encoded),
        jpeg,
        image ->
            NativeImages.crop(
                withChannels(image, input.channels()),
                RandomResizedCrop.draw(image.width(), image.height(), flip, random),
                input));
  }

  /** A JPEG's header, within the limits; none of a PNG, or where the header is broken. */
  private static Optional<JpegHeader> header(byte[] encoded) throws IOException {
    if (encoded.length > MAX_BYTES) {
      throw new IIOException("larger than " + (MAX_BYTES >> 20) + " MiB");
    }
    Optional<JpegHeader> jpeg =
        format(encoded).equals("jpeg") ? JpegHeader.of(encoded) : Optional.empty();
    if (jpeg.isPresent()) {
      requireSize(jpeg.get().width(), jpeg.get().height());
    }
    return jpeg;
  }

  static void requireSize(int width, int height) throws IIOException {
    if (width < 1 || height < 1 || (long) width * height > MAX_PIXELS) {
      throw new IIOException(width + "x" + height + " pixels; at most " + MAX_PIXELS);
    }
  }

  private static String format(byte[] encoded) throws IOException {
    if (startsWith(encoded, 0xff, 0xd8, 0xff)) {
      return "jpeg";
    }
    if (startsWith(encoded, 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n')) {
      return "png";
    }
    throw new IIOException(encoded.length == 0 ? "empty file" : "neither JPEG nor PNG");
  }

  private static boolean startsWith(byte[] encoded, int... start) {
    byte[] expected = new byte[start.length];
    for (int i = 0; i < start.length; i++) {
      expected[i] = (byte) start[i];
    }
    return encoded.length >= start.length
        && Arrays.equals(encoded, 0, start.length, expected, 0, start.length);
  }
}
