package io.semimeta.evaluation;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * Says what to evaluate.
 *
 * @param checkpoint a step's folder, or a training output, which stands for its best checkpoint
 * @param data the folder of a prepared data set
 * @param split the name of a split of the data set
 * @param report the file for the result as JSON, or empty
 * @param predictions the file for one CSV line an image, or empty
 */
public record EvaluateRequest(
    Path checkpoint, Path data, String split, Optional<Path> report, Optional<Path> predictions) {}
