package io.semimeta.evaluation;

import io.semimeta.OptionName;
import org.apache.hadoop.fs.Path;

/**
 * Says what to predict.
 *
 * @param checkpoint a step's folder, or a training output, which stands for its best checkpoint
 * @param input the images
 * @param output the folder for the table
 * @param mode what happens where the output exists
 * @param features whether to write what the classifier sees of each image
 */
public record PredictRequest(
    Path checkpoint, PredictInput input, Path output, Mode mode, boolean features) {

  /** Lists what can happen where the output exists; the names are those of Spark's save modes. */
  public enum Mode {
    /** The command ends. */
    ERRORIFEXISTS,
    /** The new table takes the old one's place, once it is complete. */
    OVERWRITE,
    /** The new rows are added to the old ones. */
    APPEND;

    @Override
    public String toString() {
      return OptionName.of(this);
    }
  }
}
