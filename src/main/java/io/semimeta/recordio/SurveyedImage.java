package io.semimeta.recordio;

import io.semimeta.data.DecodedImage;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ImageSource;
import java.io.Serializable;

/**
 * What the driver learns of an image; its bytes stay with the executor.
 *
 * @param split that the source puts it in
 * @param path for people
 * @param bytes of the encoded image
 * @param channels 1 or 3; 0 when it cannot be decoded
 * @param sum of the pixels of each channel, as integers, so that the total is exact in any order
 * @param squares likewise, of their squares
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

  static SurveyedImage good(
      String split, ImageSource.Image image, DecodedImage pixels, int storedBytes) {
    int channels = pixels.channels();
    int area = pixels.height() * pixels.width();
    long[] sum = new long[channels];
    long[] squares = new long[channels];
    for (int c = 0; c < channels; c++) {
      for (int i = c * area; i < (c + 1) * area; i++) {
        long value = pixels.pixels()[i] & 0xff;
        sum[c] += value;
        squares[c] += value * value;
      }
    }
    ImageRecord record = image.record();
    return new SurveyedImage(
        split,
        record.id(),
        record.label(),
        image.path(),
        storedBytes,
        channels,
        pixels.height(),
        pixels.width(),
        sum,
        squares,
        null);
  }

  static SurveyedImage bad(String split, ImageSource.Image image, String problem) {
    ImageRecord record = image.record();
    return new SurveyedImage(
        split,
        record.id(),
        record.label(),
        image.path(),
        0,
        0,
        0,
        0,
        new long[0],
        new long[0],
        problem);
  }
}
