package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.image.ImageInput;
import io.semimeta.inference.TrainedModel;
import io.semimeta.training.TrainingState;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.fs.Path;

/** Checks whether a network can classify a data set's images. */
final class Compatibility {
  private Compatibility() {}

  /**
   * Compares classes and image shape.
   *
   * @throws UserError naming the first difference
   */
  static void require(TrainedModel model, URI data, DatasetManifest manifest) {
    TrainingState.Data trainedOn = model.data();
    String fits =
        "--data %s does not fit --checkpoint %s: ".formatted(new Path(data), model.source());
    List<String> known = trainedOn.classes();
    List<String> classes = manifest.classes();
    if (classes.size() != known.size()) {
      throw new UserError(
          fits
              + String.format(
                  Locale.ROOT, "it has %d classes, the network %d", classes.size(), known.size()));
    }
    for (int c = 0; c < classes.size(); c++) {
      if (!classes.get(c).equals(known.get(c))) {
        throw new UserError(
            fits
                + String.format(
                    Locale.ROOT,
                    "its class %d is '%s', the network's '%s'",
                    c,
                    classes.get(c),
                    known.get(c)));
      }
    }
    ImageInput input = trainedOn.input();
    if (manifest.channels() != input.channels()) {
      throw new UserError(
          fits
              + String.format(
                  Locale.ROOT,
                  "its images have %d channels, the network's %d",
                  manifest.channels(),
                  input.channels()));
    }
    boolean sameSize = manifest.height() == input.height() && manifest.width() == input.width();
    if (!input.cropped() && !sameSize) {
      String size =
          manifest.height() == 0
              ? "differ in size"
              : String.format(Locale.ROOT, "are %dx%d pixels", manifest.height(), manifest.width());
      throw new UserError(
          fits
              + String.format(
                  Locale.ROOT,
                  "its images %s, the network's are %dx%d; run prepare with --image-size",
                  size,
                  input.height(),
                  input.width()));
    }
  }
}
