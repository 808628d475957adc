package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.image.ImageInput;
import io.semimeta.inference.TrainedModel;
import io.semimeta.training.TrainingState;
import java.net.URI;
import java.util.List;
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
          fits + "it has %s classes, the network %s".formatted(classes.size(), known.size()));
    }
    for (int c = 0; c < classes.size(); c++) {
      if (!classes.get(c).equals(known.get(c))) {
        throw new UserError(
            fits
                + "its class %s is '%s', the network's '%s'"
                    .formatted(c, classes.get(c), known.get(c)));
      }
    }
    ImageInput input = trainedOn.input();
    if (manifest.channels() != input.channels()) {
      throw new UserError(
          fits
              + "its images have %s channels, the network's %s"
                  .formatted(manifest.channels(), input.channels()));
    }
    boolean sameSize = manifest.height() == input.height() && manifest.width() == input.width();
    if (!input.cropped() && !sameSize) {
      String size =
          manifest.height() == 0
              ? "differ in size"
              : "are %sx%s pixels".formatted(manifest.height(), manifest.width());
      throw new UserError(
          fits
              + "its images %s, the network's are %sx%s; run prepare with --image-size"
                  .formatted(size, input.height(), input.width()));
    }
  }
}
