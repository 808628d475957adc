package io.semimeta.evaluation;

import io.semimeta.evaluation.table.Mode;
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
    Path checkpoint, PredictInput input, Path output, Mode mode, boolean features) {}
