package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.io.IOException;
import java.io.Serializable;

/**
 * Holds a small picture of an image, for people to look at.
 *
 * @param png a PNG file
 * @param side the length of its longer side, in pixels
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Thumbnail(byte[] png, int side) implements Serializable {

  /**
   * Makes a picture of an image's file.
   *
   * @param longest the longest that a side may be, in pixels; smaller images keep their size
   * @throws IOException with a reason for people, when it is no intact image within the limits
   */
  public static Thumbnail of(byte[] encoded, int longest, Orientation orientation)
      throws IOException {
    return NativeImages.decode(
        ImageHeader.of(encoded),
        orientation,
        image -> {
          var small = NativeImages.shrunk(image, longest);
          return new Thumbnail(NativeImages.png(small), Math.max(small.rows(), small.cols()));
        });
  }
}
