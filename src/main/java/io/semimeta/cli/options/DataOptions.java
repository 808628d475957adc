package io.semimeta.cli.options;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelBalance;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.TrainingPlan.Loader;
import io.semimeta.recordio.Verification;
import java.net.URI;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Help;
import picocli.CommandLine.Option;

/** Says which images to train on, and how batches are made of them. */
@Heading("Data and labels")
public final class DataOptions {
  @Option(
      names = "--data",
      converter = ToPath.Text.class,
      required = true,
      paramLabel = "URI",
      description = "Folder of a data set made by 'semimeta prepare'.")
  private String data;

  @Option(
      names = "--num-label",
      paramLabel = "N",
      description =
          "Labelled images, drawn at random and balanced by class; without this and the next, those"
              + " that 'prepare' chose, or else all that have a class.")
  private Integer numLabel;

  @Option(
      names = "--label-indices",
      converter = ToPath.Text.class,
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
      names = "--label-balance",
      paramLabel = "KIND",
      defaultValue = "equal",
      description =
          "How --num-label and --num-valid are divided among the classes: equal, or proportional to"
              + " their sizes, with a labelled image of each.")
  private LabelBalance labelBalance;

  @Option(
      names = "--batch-size",
      paramLabel = "N",
      defaultValue = "128",
      description = "Labelled images of one worker's step, and as many unlabelled ones.")
  private int batchSize;

  @Option(
      names = "--crop-padding",
      paramLabel = "PIXELS",
      description =
          "Padding before the random crop of images as they are stored; 0 for no crop."
              + "%n  Default: 4")
  private Integer cropPadding;

  @Option(
      names = "--image-size",
      paramLabel = "PIXELS",
      description =
          "Side of the network's input: random parts of the images, of any size, are resized to it."
              + " For ImageNet 224. Without it, images are taken as they are stored.")
  private Integer imageSize;

  @Option(
      names = "--loader",
      paramLabel = "KIND",
      defaultValue = "auto",
      description =
          "Where images are while they are trained on: cache (in memory, decoded once), stream"
              + " (in their files), or auto: cache up to 2 GiB a worker.")
  private String loader;

  @Option(
      names = "--flip",
      negatable = true,
      defaultValue = "true",
      fallbackValue = "true",
      showDefaultValue = Help.Visibility.ALWAYS,
      description = "Mirror images at random, or don't.")
  private boolean flip;

  @Option(
      names = "--verify",
      description =
          "Read the data set whole before training and compare its files with the SHA-256 in its"
              + " manifest.")
  private boolean verify;

  @Option(
      names = "--seed",
      paramLabel = "SEED",
      defaultValue = "0",
      description = "Of all randomness: the draw of labels, weights, batches, mixup, dropout.")
  public long seed;

  /** Verifies the files that a run may read, if that is asked for. */
  public void verify(SparkSession session) {
    if (verify) {
      JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
      URI uri = DataFiles.qualified(new Path(data), spark.hadoopConfiguration()).toUri();
      DatasetManifest manifest = ManifestFile.read(uri, spark.hadoopConfiguration());
      Verification.require(spark, uri, manifest, manifest.splits().keySet());
    }
  }

  public DataRequest request() {
    if (numLabel != null && labelIndices != null) {
      throw new UserError("--num-label and --label-indices: give one of them");
    }
    Checks.atLeast("--num-label", numLabel, 1);
    Checks.atLeast("--num-valid", numValid, 0);
    if (labelBalance != LabelBalance.EQUAL && numLabel == null && numValid == 0) {
      throw new UserError("--label-balance is for --num-label and --num-valid");
    }
    if (imageSize != null && cropPadding != null) {
      throw new UserError(
          "--crop-padding is for images as they are stored; leave it out, or --image-size");
    }
    Checks.atLeast("--image-size", imageSize, 1);
    return new DataRequest(
        data,
        numLabel == null ? OptionalInt.empty() : OptionalInt.of(numLabel),
        Optional.ofNullable(labelIndices),
        numValid,
        labelBalance,
        imageSize == null ? OptionalInt.empty() : OptionalInt.of(imageSize),
        loader());
  }

  public BatchOptions batch() {
    int padding = cropPadding == null ? BatchOptions.defaults().cropPadding() : cropPadding;
    Checks.atLeast("--batch-size", batchSize, 1);
    Checks.atLeast("--crop-padding", padding, 0);
    return new BatchOptions(batchSize, padding, flip);
  }

  private Optional<Loader> loader() {
    return switch (loader) {
      case "auto" -> Optional.empty();
      case "cache" -> Optional.of(Loader.CACHE);
      case "stream" -> Optional.of(Loader.STREAM);
      default ->
          throw new UserError("--loader %s: must be auto, cache or stream".formatted(loader));
    };
  }
}
