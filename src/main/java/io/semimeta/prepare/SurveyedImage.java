package io.semimeta.prepare;

import io.semimeta.data.ImageRecord;
import io.semimeta.image.PixelSums;
import io.semimeta.source.ImageSource;
import java.io.Serializable;

/**
 * Holds what the driver learns of an image; its bytes stay with the executor.
 *
 * @param split split that the source puts it in
 * @param path path for people
 * @param bytes size of the encoded image in bytes
 * @param channels 1 or 3; 0 when it cannot be decoded
 * @param sum sum of the pixels of each channel, as integers, so that the total is exact in any
 *     order
 * @param squares sum of the squares of the pixels of each channel
 * @param problem why it cannot be decoded, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SurveyedImage(
    String split,
    long id,
    int label,
    String path,
    int bytes,
    int channels,
    int height,
    int width,
    long[] sum,
    long[] squares,
    String problem)
    implements Serializable {

  static SurveyedImage good(String split, ImageSource.Image image, PixelSums pixels, int bytes) {
    return of(split, image, pixels, bytes, null);
  }

  static SurveyedImage bad(String split, ImageSource.Image image, String problem) {
    return of(split, image, new PixelSums(0, 0, new long[0], new long[0]), 0, problem);
  }

  private static SurveyedImage of(
      String split, ImageSource.Image image, PixelSums pixels, int bytes, String problem) {
    ImageRecord record = image.record();
    return new SurveyedImage(
        split,
        record.id(),
        record.label(),
        image.path(),
        bytes,
        pixels.sum().length,
        pixels.height(),
        pixels.width(),
        pixels.sum(),
        pixels.squares(),
        problem);
  }
}
