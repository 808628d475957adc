package io.semimeta.prepare;

import io.semimeta.data.Orientation;
import io.semimeta.image.StoredImage;
import java.io.IOException;
import java.io.Serializable;

/**
 * What {@link PrepareJob} does to images; by default their bytes stay as they are, of JPEG and PNG.
 *
 * @param square side in pixels to which images are resized and cropped, as PNG; or 0
 * @param shorterSide to which images are resized, as JPEG; or 0
 * @param quality of that JPEG, from 1 to 100
 * @param orientation which way up
 */
public record Resizing(int square, int shorterSide, int quality, Orientation orientation)
    implements Serializable {

  /**
   * An image as it is stored.
   *
   * @throws IOException with a reason for people, where it cannot be
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
