package io.semimeta.plan;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import java.util.List;

/** Says by which mean and standard deviation of each channel the network's input is normalised. */
public enum Normalise {
  /** Those of the data set's own training images. */
  DATA {
    @Override
    DatasetManifest apply(DatasetManifest manifest) {
      return manifest;
    }
  },

  /** Those of ImageNet, which torchvision's weights were trained with. */
  IMAGENET {
    @Override
    DatasetManifest apply(DatasetManifest manifest) {
      if (manifest.channels() != MEAN.size()) {
        throw new UserError(
            "--normalise imagenet: the data set's images are grey, and ImageNet's in colour; leave"
                + " it out");
      }
      return manifest.withMean(MEAN).withStd(STD);
    }
  };

  /** See torchvision's <a href="https://pytorch.org/vision/stable/models.html">documents</a>. */
  private static final List<Double> MEAN = List.of(0.485, 0.456, 0.406);

  private static final List<Double> STD = List.of(0.229, 0.224, 0.225);

  /**
   * Returns a data set's manifest with the mean and deviation that are meant.
   *
   * @throws UserError where its images do not have the channels
   */
  abstract DatasetManifest apply(DatasetManifest manifest);

  /** Returns the name on the command line. */
  @Override
  public String toString() {
    return OptionName.of(this);
  }
}
