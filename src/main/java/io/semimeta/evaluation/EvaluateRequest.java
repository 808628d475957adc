package io.semimeta.evaluation;

import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Says what to evaluate.
 *
 * @param checkpoints steps' folders, or training outputs, which stand for their best checkpoints
 * @param data the folder of a prepared data set
 * @param split the name of a split of the data set
 * @param report the file for the result as JSON, or empty
 * @param predictions the file for one CSV line an image, or empty
 */
public record EvaluateRequest(
    List<Path> checkpoints,
    Path data,
    String split,
    Optional<Path> report,
    Optional<Path> predictions) {

  /** Makes the request for one checkpoint. */
  public EvaluateRequest(
      Path checkpoint, Path data, String split, Optional<Path> report, Optional<Path> predictions) {
    this(List.of(checkpoint), data, split, report, predictions);
  }
}
