package io.semimeta.plan;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RankRecords;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.Placement;
import java.io.Serializable;
import java.util.SortedMap;

/**
 * All that a rank needs to train, and nothing that it does not.
 *
 * @param manifest of the data set: classes, normalisation
 * @param input what the network gets to see of an image
 * @param loader where a rank's images are while it trains
 * @param network what is trained
 * @param initFrom URI of the weights to begin with, or empty for a draw
 * @param method how
 * @param batches how mini-batches are made
 * @param schedule learning rate and consistency weight by step
 * @param momentum of SGD
 * @param weightDecay of SGD, on all parameters
 * @param evaluatedOn what errors are measured on during training
 * @param run output, checkpoints and reports
 * @param options as the user gave them, by their names on the command line: those that decide the
 *     weights, which a resumed run must repeat
 */
public record TrainingPlan(
    DatasetManifest manifest,
    ImageInput input,
    Loader loader,
    NetworkPlan network,
    String initFrom,
    MethodPlan method,
    BatchOptions batches,
    Schedule schedule,
    double momentum,
    double weightDecay,
    EvaluatedOn evaluatedOn,
    RunPlan run,
    SortedMap<String, String> options)
    implements Serializable {

  /** What errors are measured on during training. */
  public enum EvaluatedOn {
    /** Labelled images set aside: the best checkpoint is chosen on them. */
    VALIDATION,
    /** The test split, which chooses nothing. */
    TEST,
    /** Nothing. */
    NONE
  }

  /** Where a rank's images are while it trains. */
  public enum Loader {
    /** In memory, decoded once. */
    CACHE,
    /** In their record files, read and decoded as they are needed. */
    STREAM
  }

  /**
   * A rank's images.
   *
   * @param threads that may decode
   */
  public RankImages images(RankRecords records, int rank, int threads) {
    Placement placement = network.placement();
    return switch (loader) {
      case CACHE ->
          new CachedImages(
              ShardCache.load(records.iterator(), input, placement), batches, placement, rank);
      case STREAM ->
          new StreamedImages(
              records,
              input,
              batches,
              StreamedImages.Windows.of(manifest.splits().get(DatasetManifest.TRAIN)),
              placement,
              rank,
              threads);
    };
  }

  /** Images of one rank's step, unlabelled ones included where the method looks at them. */
  public int imagesOfStep() {
    return batches.batchSize() * (method.usesUnlabelled() ? 2 : 1);
  }

  /** The same plan on one device of several. */
  public TrainingPlan on(String device) {
    return new TrainingPlan(
        manifest,
        input,
        loader,
        network.on(device),
        initFrom,
        method,
        batches,
        schedule,
        momentum,
        weightDecay,
        evaluatedOn,
        run,
        options);
  }
}
