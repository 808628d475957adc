package io.semimeta.prepare;

import io.semimeta.data.ImageRecord;
import io.semimeta.image.StoredImage;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.io.Serializable;

/**
 * Holds an image as it will be stored.
 *
 * @param survey what is known of the image
 * @param record the record to store, or null when the image cannot be decoded
 */
record PreparedImage(SurveyedImage survey, ImageRecord record) implements Serializable {

  /** Decodes an image, resizes or converts it where that is asked for, and takes its sums. */
  static PreparedImage of(String split, ImageSource.Image image, Resizing resizing) {
    ImageRecord record = image.record();
    if (image.problem() != null) {
      return new PreparedImage(SurveyedImage.bad(split, image, image.problem()), null);
    }
    StoredImage stored;
    try {
      stored = resizing.apply(record.encoded());
    } catch (IOException e) {
      return new PreparedImage(SurveyedImage.bad(split, image, e.getMessage()), null);
    }
    SurveyedImage survey = SurveyedImage.good(split, image, stored.sums(), stored.encoded().length);
    return new PreparedImage(
        survey, new ImageRecord(record.id(), record.label(), stored.encoded()));
  }

  DatasetLayout.Key key() {
    return new DatasetLayout.Key(survey.split(), survey.id());
  }

  /** Returns the record that the image's shard is to hold. */
  NamedRecord named(RelativePaths paths) {
    return new NamedRecord(record, paths.of(survey.path()));
  }
}
