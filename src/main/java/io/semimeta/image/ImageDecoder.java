package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * Decodes the JPEG and PNG files of records to pixels. Values are the file's own: no colour profile
 * or gamma is applied, as in PIL. Grey stays grey; a palette is looked up, and counts as grey when
 * all its colours are; alpha is dropped, whatever lies under it (PIL's {@code convert("RGB")});
 * CMYK becomes RGB; of 16 bits the upper 8 are kept.
 */
public final class ImageDecoder {
  /** Bounds an image's pixels; larger ones are refused before they are decoded. */
  public static final long MAX_PIXELS = 1L << 26;

  /** Bounds an image's side in pixels; libpng allows no more. */
  static final int MAX_SIDE = 1_000_000;

  /** Bounds a file's bytes; larger ones are refused. */
  public static final int MAX_BYTES = 1 << 26;

  private ImageDecoder() {}

  /**
   * Decodes to the given number of channels: a grey image is replicated to three.
   *
   * @param channels 1 or 3, as the data set's manifest says
   * @param orientation which way up the image is decoded, as the manifest says
   * @throws IOException with a reason for people, when it is no intact image within the limits, or
   *     is in colour and one channel is asked for
   */
  public static DecodedImage decode(byte[] encoded, int channels, Orientation orientation)
      throws IOException {
    ImageHeader header = header(encoded);
    requireChannels(header, channels);
    return NativeImages.decode(header, channels, 1, orientation, NativeImages::image);
  }

  /**
   * Decodes the square centre of an image.
   *
   * @param side length in pixels to which the shorter side is resized before
   * @param input channels, size and orientation of the result
   * @throws IOException also when the image is in colour and one channel is asked for
   */
  static DecodedImage centre(byte[] encoded, int side, ImageInput input) throws IOException {
    ImageHeader header = header(encoded);
    requireChannels(header, input.channels());
    return NativeImages.decode(
        header,
        input.channels(),
        1,
        input.orientation(),
        image -> NativeImages.image(NativeImages.centre(image, side, input.height())));
  }

  /**
   * Decodes a random part of an image and resizes it. A JPEG is decoded at a lower resolution where
   * that is enough.
   *
   * @param input channels, size and orientation of the result
   * @param flip whether the part is mirrored at random
   * @throws IOException also when the image is in colour and one channel is asked for
   */
  static DecodedImage crop(byte[] encoded, ImageInput input, boolean flip, SplittableRandom random)
      throws IOException {
    ImageHeader header = header(encoded);
    requireChannels(header, input.channels());
    int width = header.width(input.orientation());
    int height = header.height(input.orientation());
    RandomResizedCrop crop = RandomResizedCrop.draw(width, height, flip, random);
    int reduction =
        header.format() == ImageFormat.JPEG ? crop.reduction(input.height(), input.width()) : 1;
    return NativeImages.decode(
        header,
        input.channels(),
        reduction,
        input.orientation(),
        image -> NativeImages.crop(image, reduction, crop, input));
  }

  private static ImageHeader header(byte[] encoded) throws IOException {
    ImageHeader header = ImageHeader.of(encoded);
    if (!header.format().isStored()) {
      throw new IOException(header.format() + ", where records hold JPEG and PNG");
    }
    return header;
  }

  private static void requireChannels(ImageHeader header, int channels) throws IOException {
    if (header.channels() > channels) {
      throw new IOException("in colour, but the data set is grey");
    }
  }
}
