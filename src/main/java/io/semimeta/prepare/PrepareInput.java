package io.semimeta.prepare;

import io.semimeta.UserError;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;

/** Gives {@link PrepareJob} its images, and words for what is wrong with them. */
interface PrepareInput {
  /** Chooses images, in a form that can be sent to tasks. */
  interface Wanted extends Predicate<DatasetLayout.Key>, Serializable {}

  /** Tells whether an unfinished data set would get the same record files now, in hexadecimal. */
  String fingerprint(PrepareRequest options);

  /** Returns the class names in the order of their indices. */
  List<String> classes();

  /** Makes the paths that the data set keeps. */
  RelativePaths paths();

  /** Tells whether the input itself says that a training image's label is to be used. */
  default boolean isLabelled(long id) {
    return false;
  }

  /** Returns how many files are passed over, by kind. */
  default Map<String, Long> passedOver() {
    return Map.of();
  }

  /**
   * Reads the images.
   *
   * @param wanted which images to prepare; the others are read, but not decoded
   */
  JavaRDD<PreparedImage> images(Resizing resizing, Wanted wanted);

  /**
   * Checks what the survey found, before anything is written.
   *
   * @throws UserError where the images are no data set
   */
  default void requireSound(List<SurveyedImage> surveyed) {}

  /**
   * Reports that more images than allowed cannot be decoded.
   *
   * @param bad these images
   * @param quarantine the file that lists them
   */
  UserError tooManyBad(List<SurveyedImage> bad, int allowed, Path quarantine);

  /**
   * Reports that no training image is left.
   *
   * @param quarantine the file of the images that cannot be decoded, or null where all can be
   */
  UserError nothingToTrainOn(Path quarantine);

  /** Reports that a shard did not get the images that the survey had found. */
  UserError changed(String shard, long records, int surveyed);
}
