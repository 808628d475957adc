package io.semimeta.cli;

import io.semimeta.UserError;
import io.semimeta.training.DataRequest;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** Which images to train on, and how batches are made of them. */
final class DataOptions {
  @Option(
      names = "--data",
      required = true,
      paramLabel = "URI",
      description = "Folder of a data set made by 'semimeta prepare'.")
  private String data;

  @Option(
      names = "--num-label",
      paramLabel = "N",
      description =
          "Labelled images, drawn at random and balanced by class; without this and the next, those"
              + " that 'prepare' chose.")
  private Integer numLabel;

  @Option(
      names = "--label-indices",
      paramLabel = "FILE",
      description =
          "The labelled images' ids, one a line, instead of a draw; every run writes such a file,"
              + " label_indices.txt.")
  private String labelIndices;

  @Option(
      names = "--num-valid",
      paramLabel = "N",
      defaultValue = "0",
      description = "Labelled images to set aside; the best checkpoint is chosen on them.")
  private int numValid;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "128",
      description = "Labelled images of one worker's step, and as many unlabelled ones.")
  int batchSize;

  @Option(
      names = "--crop-padding",
      paramLabel = "PIXELS",
      defaultValue = "4",
      description = "Padding before the random crop; 0 for no crop.")
  int cropPadding;

  @Option(
      names = "--flip",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      description = "Mirror images at random, or don't.")
  boolean flip;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Of all randomness: the draw of labels, weights, batches, mixup, dropout.")
  long seed;

  DataRequest request() {
    if (numLabel != null && labelIndices != null) {
      throw new UserError("--num-label and --label-indices: give one of them");
    }
    Checks.atLeast("--batch-size", batchSize, 1);
    Checks.atLeast("--crop-padding", cropPadding, 0);
    return new DataRequest(
        data,
        numLabel == null ? OptionalInt.empty() : OptionalInt.of(numLabel),
        Optional.ofNullable(labelIndices),
        numValid);
  }
}
