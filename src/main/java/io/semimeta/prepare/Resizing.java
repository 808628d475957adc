package io.semimeta.prepare;

import io.semimeta.data.Orientation;
import io.semimeta.image.StoredImage;
import java.io.IOException;
import java.io.Serializable;

/**
 * Says what {@link PrepareJob} does to images; by default the bytes of JPEG and PNG files stay as
 * they are.
 *
 * @param square side in pixels to which images are resized and cropped, as PNG; or 0
 * @param shorterSide length in pixels to which the shorter side is resized, as JPEG; or 0
 * @param quality quality of that JPEG, from 1 to 100
 * @param orientation which way up images are decoded
 */
public record Resizing(int square, int shorterSide, int quality, Orientation orientation)
    implements Serializable {
  /** The quality of JPEGs where nobody names another. */
  public static final int QUALITY = 95;

  /**
   * Makes an image as it is stored.
   *
   * @throws IOException that gives a reason for people, where the image cannot be decoded or stored
   */
  StoredImage apply(byte[] encoded) throws IOException {
    if (square > 0) {
      return StoredImage.square(encoded, square, orientation);
    }
    return shorterSide > 0
        ? StoredImage.resized(encoded, shorterSide, quality, orientation)
        : StoredImage.of(encoded, orientation);
  }
}
