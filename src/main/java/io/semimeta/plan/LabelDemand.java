package io.semimeta.plan;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;

/** Checks that a data set has the labelled and unlabelled images that a run asks for. */
public final class LabelDemand {
  private LabelDemand() {}

  /**
   * Checks the manifest alone, so that what a list of ids holds is not known.
   *
   * @throws UserError where there are not as many images
   */
  public static void require(
      DataRequest data, StepOptions method, long seed, DatasetManifest manifest) {
    DatasetManifest.Split train = manifest.splits().get(DatasetManifest.TRAIN);
    long unlabelled = train.unlabelled();
    if (data.numLabel().isPresent()) {
      int labelled = data.numLabel().getAsInt();
      LabelSplit.Rules rules = data.rules(manifest.classes(), seed);
      LabelSplit.requireDraw(train.perClass(), labelled, rules);
      unlabelled = train.records() - labelled - data.numValid();
    } else if (data.labelIndices().isPresent()) {
      return;
    } else if (manifest.labelled() != null) {
      unlabelled = train.records() - manifest.labelled().images() - data.numValid();
    }
    if (unlabelled <= 0 && method.usesUnlabelled()) {
      throw nothingUnlabelled(data.data(), method);
    }
  }

  /** Reports that all images are labelled or drawn for validation, but the method needs others. */
  public static UserError nothingUnlabelled(String data, StepOptions method) {
    return new UserError(
        "--method %s: every training image of %s is labelled; give --num-label N to use the labels of N images alone, or --method supervised to train on all"
            .formatted(OptionName.of(method.method()), data));
  }
}
