package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;
import java.util.SplittableRandom;

/**
 * The JPEG or PNG files of records to pixels. Values are the file's own: no colour profile or gamma
 * is applied, as in PIL. Grey stays grey; a palette is looked up, and counts as grey when all its
 * colours are; alpha is dropped, whatever lies under it (PIL's {@code convert("RGB")}); CMYK
 * becomes RGB; of 16 bits the upper 8 are kept.
 */
public final class ImageDecoder {
  /** Larger images are refused before they are decoded. */
  public static final long MAX_PIXELS = 1L << 26;

  /** Longer images are refused too: libpng allows no more. */
  static final int MAX_SIDE = 1_000_000;

  /** Larger files are refused. */
  public static final int MAX_BYTES = 1 << 26;

  private ImageDecoder() {}

  /**
   * Decodes with as many channels as the image has, 1 or 3, as it is stored.
   *
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static DecodedImage decode(byte[] encoded) throws IOException {
    ImageHeader header = header(encoded);
    return decode(header, header.channels(), Orientation.STORED);
  }

  /**
   * Decodes to the given number of channels: a grey image is replicated to three.
   *
   * @param channels 1 or 3, as the manifest says
   * @param orientation likewise
   * @throws IOException also when the image is in colour and one channel is asked for
   */
  public static DecodedImage decode(byte[] encoded, int channels, Orientation orientation)
      throws IOException {
    ImageHeader header = header(encoded);
    requireChannels(header, channels);
    return decode(header, channels, orientation);
  }

  private static DecodedImage decode(ImageHeader header, int channels, Orientation orientation)
      throws IOException {
    return NativeImages.decode(header, channels, 1, orientation, NativeImages::image);
  }

  /**
   * The centre of an image, square.
   *
   * @param side to which the shorter side is resized before, in pixels
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
   * Part of an image, resized; of a JPEG decoded at a lower resolution where that is enough.
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
