package io.semimeta.evaluation;

import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * What to evaluate.
 *
 * @param checkpoint a step's folder, or a training output: then its best checkpoint
 * @param data folder of a prepared data set
 * @param split of the data set
 * @param report file for the result as JSON, or empty
 * @param predictions file for one CSV line an image, or empty
 */
public record EvaluateRequest(
    Path checkpoint, Path data, String split, Optional<Path> report, Optional<Path> predictions) {}
