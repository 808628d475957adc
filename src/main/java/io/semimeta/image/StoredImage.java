package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Holds a JPEG or PNG file as it is stored in records, and its pixels' sums. An image that is
 * encoded anew is turned before, and has no tag that would turn it again.
 *
 * @param sums sums of the stored pixels, the right way up
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record StoredImage(byte[] encoded, PixelSums sums) {

  /**
   * Stores a JPEG or PNG as it is, and any other image as PNG.
   *
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static StoredImage of(byte[] encoded, Orientation orientation) throws IOException {
    ImageHeader header = ImageHeader.of(encoded);
    if (header.format().isStored()) {
      return new StoredImage(encoded, NativeImages.decode(header, orientation, NativeImages::sums));
    }
    return NativeImages.decode(header, orientation, StoredImage::png);
  }

  /**
   * Resizes an image by its shorter side and stores the centre as PNG.
   *
   * @param side side of the square, in pixels
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static StoredImage square(byte[] encoded, int side, Orientation orientation)
      throws IOException {
    return NativeImages.decode(
        ImageHeader.of(encoded), orientation, image -> png(NativeImages.centre(image, side, side)));
  }

  /**
   * Resizes a whole image by its shorter side and stores it as JPEG, always with the same bytes.
   *
   * @param side the new length of the shorter side, in pixels
   * @param quality from 1 to 100
   * @throws IOException with a reason for people, when it is no intact image within the limits, or
   *     outgrows them
   */
  public static StoredImage resized(byte[] encoded, int side, int quality, Orientation orientation)
      throws IOException {
    byte[] jpeg =
        NativeImages.decode(
            ImageHeader.of(encoded),
            orientation,
            image -> NativeImages.resizedJpeg(image, side, quality));
    // JPEG changes the pixels, and the sums are those of what is stored.
    return of(jpeg, Orientation.STORED);
  }

  private static StoredImage png(Mat image) throws IOException {
    byte[] png = NativeImages.png(image);
    if (png.length > ImageDecoder.MAX_BYTES) {
      throw new IOException("larger than " + (ImageDecoder.MAX_BYTES >> 20) + " MiB as PNG");
    }
    return new StoredImage(png, NativeImages.sums(image));
  }
}
