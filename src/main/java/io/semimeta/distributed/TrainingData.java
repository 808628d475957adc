package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.data.DataFiles;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.recordio.PartitionedRecords;
import io.semimeta.recordio.RecordPositions;
import io.semimeta.training.DataRequest;
import io.semimeta.training.TrainingPlan.EvaluatedOn;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * A data set's images as a run uses them.
 *
 * @param uri of the data set's folder
 * @param manifest of the data set
 * @param split of the training images
 * @param test records of the test split; none where validation images are set aside
 */
record TrainingData(
    URI uri, DatasetManifest manifest, LabelSplit split, List<RecordPosition> test) {

  /** Reads the manifest and the records' headers, and draws or reads the labelled subset. */
  static TrainingData read(JavaSparkContext spark, DataRequest request, long seed) {
    URI uri = DataFiles.qualified(new Path(request.data()), spark.hadoopConfiguration()).toUri();
    DatasetManifest manifest = ManifestFile.read(uri, spark.hadoopConfiguration());
    Optional<URI> list = labelList(request, uri, manifest, spark.hadoopConfiguration());
    List<RecordPosition> train = RecordPositions.scan(spark, uri, manifest, DatasetManifest.TRAIN);
    LabelSplit split =
        list.isPresent()
            ? LabelSplit.read(
                train,
                manifest.classes(),
                list.get(),
                spark.hadoopConfiguration(),
                request.numValid(),
                seed)
            : LabelSplit.draw(
                train,
                manifest.classes(),
                request.numLabel().orElseThrow(),
                request.numValid(),
                seed);
    boolean tested = split.valid().isEmpty() && manifest.splits().containsKey(DatasetManifest.TEST);
    List<RecordPosition> test =
        tested ? RecordPositions.scan(spark, uri, manifest, DatasetManifest.TEST) : List.of();
    return new TrainingData(uri, manifest, split, test);
  }

  /** The file of the labelled images' ids: the run's or the data set's; none for a draw. */
  static Optional<URI> labelList(
      DataRequest request, URI uri, DatasetManifest manifest, Configuration conf) {
    if (request.numLabel().isPresent()) {
      return Optional.empty();
    }
    Optional<URI> list =
        request
            .labelIndices()
            .map(file -> new Path(file).toUri())
            .or(() -> LabelIndices.beside(uri, manifest, conf));
    if (list.isEmpty()) {
      throw new UserError(
          "--data %s names no labelled images; give them by --num-label or --label-indices, or run prepare with --label-fraction"
              .formatted(uri));
    }
    return list;
  }

  /** What errors are measured on during training. */
  EvaluatedOn evaluatedOn() {
    if (!split.valid().isEmpty()) {
      return EvaluatedOn.VALIDATION;
    }
    return test.isEmpty() ? EvaluatedOn.NONE : EvaluatedOn.TEST;
  }

  /** Images of an epoch: the unlabelled ones, or all labelled ones where there are no others. */
  long epochImages() {
    return split.unlabelled().isEmpty() ? split.labelled().size() : split.unlabelled().size();
  }

  /**
   * Refuses a run whose ranks would have no image.
   *
   * @param withUnlabelled whether the method looks at unlabelled images
   * @throws UserError where there are too few images for so many ranks
   */
  void requireEnough(int ranks, boolean withUnlabelled) {
    requireEnough(uri, split.labelled().size(), split.unlabelled().size(), ranks, withUnlabelled);
  }

  /** Refuses the same, by numbers alone. */
  static void requireEnough(
      URI uri, long labelled, long unlabelled, int ranks, boolean withUnlabelled) {
    if (withUnlabelled && unlabelled < ranks) {
      throw new UserError(
          "--data %s: %d unlabelled images are too few for %d ranks; label fewer, or use --method supervised"
              .formatted(uri, unlabelled, ranks));
    }
    if (labelled < ranks) {
      throw new UserError(
          "--workers %d: there are only %d labelled images; each rank needs one"
              .formatted(ranks, labelled));
    }
  }

  /** Images of the fullest rank, of all kinds. */
  long imagesOfARank(int ranks, boolean withUnlabelled) {
    long images =
        split.labelled().size()
            + split.valid().size()
            + test.size()
            + (withUnlabelled ? split.unlabelled().size() : 0L);
    return (images + ranks - 1) / ranks;
  }

  /**
   * The ranks' parts.
   *
   * @param withUnlabelled whether the method looks at unlabelled images
   * @throws UserError where there are too few images for so many ranks
   */
  JavaRDD<RankRecords> records(
      JavaSparkContext spark, int ranks, long seed, boolean withUnlabelled) {
    requireEnough(ranks, withUnlabelled);
    LabelSplit used =
        withUnlabelled ? split : new LabelSplit(split.labelled(), split.valid(), List.of());
    return PartitionedRecords.rdd(spark, uri, manifest, used, test, ranks, seed);
  }

  /** Tells data sets apart by their bytes, wherever they lie. */
  String fingerprint() {
    return digest(manifest.splits().toString());
  }

  /** Tells labelled subsets apart. */
  String labelFingerprint() {
    return digest(split.labelled().stream().map(RecordPosition::id).sorted().toList().toString());
  }

  private static String digest(String text) {
    return DigestUtils.sha256Hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }
}
