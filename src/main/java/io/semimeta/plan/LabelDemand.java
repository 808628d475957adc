package io.semimeta.plan;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelSplit;

/** Whether a data set has the labelled and the unlabelled images that a run asks for. */
public final class LabelDemand {
  private LabelDemand() {}

  /**
   * Looks at the manifest alone, so what a list of ids holds is not known.
   *
   * @throws UserError where the numbers cannot be had
   */
  public static void require(
      DataRequest data, MethodPlan method, long seed, DatasetManifest manifest) {
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

  /** All images are labelled or set aside, and the method learns from others too. */
  public static UserError nothingUnlabelled(String data, MethodPlan method) {
    return new UserError(
        "--method %s: every training image of %s is labelled; give --num-label N to use the labels of N images alone, or --method supervised to train on all"
            .formatted(OptionName.of(method.method()), data));
  }
}
