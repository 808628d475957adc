package io.semimeta.prepare;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Labelled;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.RecordPosition;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;

/** Chooses the training images whose labels are used: drawn, listed, or as the source says. */
final class LabelChoice {
  private final PrepareRequest options;
  private final Optional<LabelList> list;

  /**
   * Reads the list of labelled images, where the options name one.
   *
   * @throws io.semimeta.UserError where the list cannot be read
   */
  LabelChoice(PrepareRequest options, Configuration conf) {
    this.options = options;
    this.list = options.labelList().map(file -> LabelList.read(file, conf));
  }

  /**
   * Returns the labelled images; none where nothing chooses them.
   *
   * @throws io.semimeta.UserError where an image of the list cannot be had, or there are too few to
   *     draw from
   */
  List<RecordPosition> of(PrepareInput input, List<SurveyedImage> surveyed, DatasetLayout layout) {
    List<SurveyedImage> train = layout.images().get(DatasetManifest.TRAIN);
    if (list.isPresent()) {
      return positions(list.get().images(surveyed, train));
    }
    if (options.labelFraction() > 0) {
      return LabelSplit.drawShare(
          positions(train), input.classes(), options.labelFraction(), options.seed());
    }
    return positions(
        train.stream()
            .filter(image -> image.label() != ImageRecord.NO_LABEL)
            .filter(image -> input.isLabelled(image.id()))
            .toList());
  }

  /** Writes the list of labelled images; returns null where there are none. */
  static Labelled write(List<RecordPosition> labelled, URI output, Configuration conf)
      throws IOException {
    return labelled.isEmpty() ? null : LabelIndices.writeBeside(labelled, output, conf);
  }

  /** Makes positions for a choice, to which it does not matter where the records lie. */
  private static List<RecordPosition> positions(List<SurveyedImage> images) {
    return images.stream()
        .map(image -> new RecordPosition(0, 0, image.id(), image.label()))
        .toList();
  }
}
