package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;

/**
 * Holds what a file says of its image before anything is decoded, within the limits.
 *
 * @param format format, by the file's content
 * @param width in pixels, as stored
 * @param height in pixels, as stored
 * @param channels 1 or 3; always 3 in a format that is not {@linkplain ImageFormat#isStored stored}
 * @param orientation EXIF's number from 1 (upright) to 8
 * @param besides bytes for each pixel that decoding takes beside the decoded values
 * @param source the bytes that are decoded
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ImageHeader(
    ImageFormat format,
    int width,
    int height,
    int channels,
    int orientation,
    int besides,
    byte[] source) {
  /** Counts bytes for each pixel of a progressive JPEG, all of whose coefficients are kept. */
  private static final int COEFFICIENTS = 6;

  /** Counts a converted file's bytes for each pixel: up to 8 decoded, 3 reduced, and the PNG. */
  private static final int CONVERTED = 16;

  /** Marks the first of the orientations that exchange width and height. */
  private static final int LYING = 5;

  /**
   * Reads a header.
   *
   * @throws IOException with a reason for people, where it is broken, or the image too large
   */
  static ImageHeader of(byte[] encoded) throws IOException {
    if (encoded.length > ImageDecoder.MAX_BYTES) {
      throw new IOException("larger than " + (ImageDecoder.MAX_BYTES >> 20) + " MiB");
    }
    ImageHeader header;
    try {
      header = read(encoded);
    } catch (IndexOutOfBoundsException e) {
      throw new IOException("truncated file", e);
    }
    requireSize(header.width, header.height, "");
    return header;
  }

  private static ImageHeader read(byte[] encoded) throws IOException {
    return switch (ImageFormat.of(encoded)) {
      case JPEG -> jpeg(encoded);
      case PNG -> png(encoded);
      case WEBP -> OtherHeaders.webp(encoded);
      case BMP -> OtherHeaders.bmp(encoded);
      case TIFF -> OtherHeaders.tiff(encoded);
      case GIF -> OtherHeaders.gif(encoded);
    };
  }

  private static ImageHeader jpeg(byte[] encoded) throws IOException {
    JpegHeader jpeg =
        JpegHeader.of(encoded)
            .orElseThrow(() -> new IOException("JPEG whose header is broken or cut short"));
    int channels = jpeg.components() == 1 ? 1 : 3;
    return new ImageHeader(
        ImageFormat.JPEG,
        jpeg.width(),
        jpeg.height(),
        channels,
        jpeg.orientation(),
        jpeg.progressive() ? COEFFICIENTS : 0,
        encoded);
  }

  private static ImageHeader png(byte[] encoded) throws IOException {
    PngHeader png = PngHeader.of(encoded);
    int channels = png.grey() ? 1 : 3;
    return new ImageHeader(
        ImageFormat.PNG, png.width(), png.height(), channels, png.orientation(), 0, png.pixels());
  }

  /** Makes the header of a file that becomes PNG, in colour until its pixels are seen. */
  static ImageHeader converted(
      ImageFormat format, int width, int height, int orientation, byte[] source) {
    return new ImageHeader(format, width, height, 3, orientation, CONVERTED, source);
  }

  /**
   * Refuses an image that is too large.
   *
   * @param when what is done to the image before, as the message's end; "" for the image as it is
   */
  static void requireSize(long width, long height, String when) throws IOException {
    if (width < 1
        || height < 1
        || Math.max(width, height) > ImageDecoder.MAX_SIDE
        || width * height > ImageDecoder.MAX_PIXELS) {
      throw new IOException(
          "%sx%s pixels%s; at most %s, and %s a side"
              .formatted(width, height, when, ImageDecoder.MAX_PIXELS, ImageDecoder.MAX_SIDE));
    }
  }

  /** Returns how pixels are to be turned, as EXIF's number from 1 to 8. */
  int turn(Orientation orientation) {
    return orientation == Orientation.EXIF ? this.orientation : 1;
  }

  private boolean lies(Orientation orientation) {
    return turn(orientation) >= LYING;
  }

  /** Returns the image's width in pixels after it is turned. */
  int width(Orientation orientation) {
    return lies(orientation) ? height : width;
  }

  /** Returns the image's height in pixels after it is turned. */
  int height(Orientation orientation) {
    return lies(orientation) ? width : height;
  }

  /**
   * Estimates how many bytes outside of the heap decoding takes at its peak.
   *
   * @param reduction factor by which each side is reduced
   */
  long nativeBytes(int reduction, Orientation orientation) {
    long pixels = (long) width * height;
    long decoded = pixels / reduction / reduction * channels;
    if (turn(orientation) > 1) {
      decoded *= 2;
    }
    return decoded + besides * pixels + source.length;
  }

  /** Returns why the file cannot be decoded although its header can be read. */
  String fault() {
    return format == ImageFormat.JPEG
        ? JpegHeader.of(source).orElseThrow().fault(source)
        : format + " that is broken, cut short, or of a kind that is not read";
  }
}
