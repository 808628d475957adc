package io.semimeta.distributed;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;

/**
 * Counts the images that a run uses.
 *
 * @param labelled the images whose labels are trained on
 * @param valid the validation images, drawn by the run or the data set's own
 * @param unlabelled all other images of the training split
 * @param test the images of the test split, whether this run uses them or not
 * @param unused whether the run draws validation images although the data set has its own
 */
public record ImageCounts(int labelled, int valid, int unlabelled, long test, boolean unused) {
  static ImageCounts of(TrainingData data) {
    LabelSplit split = data.split();
    boolean own = data.hasValidationSplit() && split.validation().isEmpty();
    DatasetManifest.Split test = data.manifest().splits().get(DatasetManifest.TEST);
    return new ImageCounts(
        split.labelled().size(),
        own ? data.evaluated().size() : split.validation().size(),
        split.unlabelled().size(),
        test == null ? 0 : test.records(),
        data.hasValidationSplit() && !own);
  }
}
