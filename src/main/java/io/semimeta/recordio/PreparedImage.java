package io.semimeta.recordio;

import io.semimeta.data.DecodedImage;
import io.semimeta.data.ImageDecoder;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ImageResizer;
import io.semimeta.data.ImageSource;
import io.semimeta.data.NativeImages;
import io.semimeta.data.PngEncoder;
import java.io.IOException;
import java.io.Serializable;

/**
 * An image as it will be stored.
 *
 * @param survey what is known of it
 * @param record null when it cannot be decoded
 */
record PreparedImage(SurveyedImage survey, ImageRecord record) implements Serializable {

  /** Decodes, resizes where asked to, and takes the sums. */
  static PreparedImage of(String split, ImageSource.Image image, Resizing resizing) {
    ImageRecord record = image.record();
    DecodedImage pixels;
    try {
      pixels = ImageDecoder.decode(record.encoded());
      if (resizing.shorterSide() > 0) {
        DecodedImage resized = ImageResizer.resize(pixels, resizing.shorterSide());
        record = with(record, NativeImages.encodeJpeg(resized, resizing.quality()));
        // JPEG changes the pixels, and the sums are those of what is stored.
        pixels = ImageDecoder.decode(record.encoded());
      } else if (resizing.square() > 0) {
        pixels = ImageResizer.resizeAndCrop(pixels, resizing.square());
        record = with(record, PngEncoder.encode(pixels));
      }
    } catch (IOException e) {
      return new PreparedImage(SurveyedImage.bad(split, image, e.getMessage()), null);
    }
    SurveyedImage survey = SurveyedImage.good(split, image, pixels, record.encoded().length);
    return new PreparedImage(survey, record);
  }

  DatasetLayout.Key key() {
    return new DatasetLayout.Key(survey.split(), survey.id());
  }

  private static ImageRecord with(ImageRecord record, byte[] encoded) {
    return new ImageRecord(record.id(), record.label(), encoded);
  }
}
