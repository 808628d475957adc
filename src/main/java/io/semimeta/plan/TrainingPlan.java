package io.semimeta.plan;

import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RankRecords;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.StreamedImages;
import io.semimeta.model.Placement;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;

/**
 * Holds all that a rank needs to train, and nothing that it does not.
 *
 * @param manifest the data set's manifest, with classes and normalisation
 * @param input what the network gets to see of an image
 * @param loader where a rank's images are while it trains
 * @param network the network that is trained
 * @param method the method that trains it
 * @param batch images of one rank's step
 * @param schedule the learning rate and consistency weight by step
 * @param sgd momentum and weight decay
 * @param evaluatedOn what errors are measured on during training
 * @param seed the seed of all randomness
 * @param run the output, checkpoints and reports
 * @param options the options that decide the weights, as the user gave them, by their names on the
 *     command line; a resumed run must repeat them
 */
@RecordBuilder
public record TrainingPlan(
    DatasetManifest manifest,
    ImageInput input,
    Loader loader,
    NetworkPlan network,
    StepOptions method,
    BatchOptions batch,
    Schedule schedule,
    SgdOptions sgd,
    EvaluatedOn evaluatedOn,
    long seed,
    RunPlan run,
    SortedMap<String, String> options)
    implements Serializable, TrainingPlanBuilder.With {

  /** Says what errors are measured on during training. */
  public enum EvaluatedOn {
    /** Errors are measured on validation images, which choose the best checkpoint. */
    VALIDATION,
    /** Errors are measured on the test split, which chooses nothing. */
    TEST,
    /** No errors are measured. */
    NONE
  }

  /** Says where a rank's images are while it trains. */
  public enum Loader {
    /** The images are in memory, decoded once. */
    CACHE,
    /** The images are in their record files, read and decoded as they are needed. */
    STREAM
  }

  /**
   * Returns a rank's images.
   *
   * @param threads the number of threads that may decode
   */
  public RankImages images(RankRecords records, int rank, int threads) {
    Placement placement = network.placement();
    return switch (loader) {
      case CACHE ->
          new CachedImages(
              ShardCache.load(records.iterator(), input, placement),
              batch.size(),
              placement,
              seed,
              rank);
      case STREAM ->
          new StreamedImages(
              records,
              input,
              batch,
              StreamedImages.Windows.of(manifest.splits().get(DatasetManifest.TRAIN)),
              placement,
              seed,
              rank,
              threads);
    };
  }

  /** Returns the URI of the weights to begin with, or empty for a draw. */
  public Optional<String> initFrom() {
    return Optional.ofNullable(options.get(ComparedOptions.INIT_FROM));
  }

  /** Tells whether weights of others begin with images that may be normalised unlike theirs. */
  public boolean mayWantNormalise() {
    return manifest.channels() == 3
        && !options.containsKey(ComparedOptions.NORMALISE)
        && initFrom()
            .filter(source -> CheckpointStore.stepOf(new Path(source)).isEmpty())
            .isPresent();
  }

  /** Returns the images of one rank's step, unlabelled ones included where the method uses them. */
  public int imagesOfStep() {
    return batch.size() * (method.usesUnlabelled() ? 2 : 1);
  }

  /** Returns the same plan on one device of several. */
  public TrainingPlan on(String device) {
    return withNetwork(network.on(device));
  }
}
