package io.semimeta.recordio;

import io.semimeta.data.DecodedImage;
import io.semimeta.data.ImageDecoder;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.ImageResizer;
import io.semimeta.data.ImageSource;
import io.semimeta.data.PixelSums;
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
    if (image.problem() != null) {
      return new PreparedImage(SurveyedImage.bad(split, image, image.problem()), null);
    }
    PixelSums sums;
    try {
      if (resizing.square() > 0) {
        DecodedImage pixels = ImageDecoder.decode(record.encoded());
        pixels = ImageResizer.resizeAndCrop(pixels, resizing.square());
        record = with(record, PngEncoder.encode(pixels));
        sums = PixelSums.of(pixels);
      } else {
        if (resizing.shorterSide() > 0) {
          record = with(record, resizedJpeg(record, resizing));
        }
        // JPEG changes the pixels, and the sums are those of what is stored.
        sums = ImageDecoder.sums(record.encoded());
      }
    } catch (IOException e) {
      return new PreparedImage(SurveyedImage.bad(split, image, e.getMessage()), null);
    }
    SurveyedImage survey = SurveyedImage.good(split, image, sums, record.encoded().length);
    return new PreparedImage(survey, record);
  }

  DatasetLayout.Key key() {
    return new DatasetLayout.Key(survey.split(), survey.id());
  }

  private static byte[] resizedJpeg(ImageRecord record, Resizing resizing) throws IOException {
    return ImageDecoder.resizedJpeg(record.encoded(), resizing.shorterSide(), resizing.quality());
  }

  private static ImageRecord with(ImageRecord record, byte[] encoded) {
    return new ImageRecord(record.id(), record.label(), encoded);
  }
}
