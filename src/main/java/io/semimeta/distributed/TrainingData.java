package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.LabelSplit;
import io.semimeta.data.ManifestFile;
import io.semimeta.data.RankRecords;
import io.semimeta.data.RecordPosition;
import io.semimeta.files.DataFiles;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.LabelDemand;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.recordio.PartitionedRecords;
import io.semimeta.recordio.RecordPositions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Holds a data set's images as a run uses them.
 *
 * @param uri the data set's folder
 * @param manifest the data set's manifest
 * @param split the division of the training images
 * @param evaluated the records of the split that errors are measured on, see {@link
 *     DatasetManifest#evaluated}; none where the run draws validation images itself
 */
record TrainingData(
    URI uri, DatasetManifest manifest, LabelSplit split, List<RecordPosition> evaluated) {

  /**
   * Reads the manifest and the records' headers, and draws or reads the labelled subset; without a
   * number or a list, all images that have a class are labelled.
   */
  static TrainingData read(
      JavaSparkContext spark, DataRequest request, StepOptions method, long seed) {
    Configuration conf = spark.hadoopConfiguration();
    URI uri = DataFiles.qualified(new Path(request.data()), conf).toUri();
    DatasetManifest manifest = ManifestFile.read(uri, conf);
    LabelDemand.require(request, method, seed, manifest);
    Optional<URI> list = labelList(request, uri, manifest, conf);
    List<RecordPosition> train = RecordPositions.scan(spark, uri, manifest, DatasetManifest.TRAIN);
    LabelSplit.Rules rules = request.rules(manifest.classes(), seed);
    LabelSplit split;
    if (request.numLabel().isPresent()) {
      split = LabelSplit.draw(train, request.numLabel().getAsInt(), rules);
    } else if (list.isPresent()) {
      split = LabelSplit.read(train, list.get(), conf, rules);
    } else {
      split = LabelSplit.all(train, rules);
    }
    List<RecordPosition> evaluated =
        manifest
            .evaluated()
            .filter(name -> split.validation().isEmpty())
            .map(name -> RecordPositions.scan(spark, uri, manifest, name))
            .orElse(List.of());
    return new TrainingData(uri, manifest, split, evaluated);
  }

  /** Returns the file of the labelled images' ids, the run's or the data set's, if any. */
  static Optional<URI> labelList(
      DataRequest request, URI uri, DatasetManifest manifest, Configuration conf) {
    if (request.numLabel().isPresent()) {
      return Optional.empty();
    }
    return request
        .labelIndices()
        .map(file -> new Path(file).toUri())
        .or(() -> LabelIndices.beside(uri, manifest, conf));
  }

  /** Returns what errors are measured on during training. */
  EvaluatedOn evaluatedOn() {
    if (!split.validation().isEmpty()) {
      return EvaluatedOn.VALIDATION;
    }
    if (evaluated.isEmpty()) {
      return EvaluatedOn.NONE;
    }
    return hasValidationSplit() ? EvaluatedOn.VALIDATION : EvaluatedOn.TEST;
  }

  /** Tells whether the data set has a validation split, whether this run uses it or not. */
  boolean hasValidationSplit() {
    return manifest.splits().containsKey(DatasetManifest.VAL);
  }

  /** Returns the images of an epoch: the unlabelled ones or, without any, the labelled ones. */
  long epochImages() {
    return split.unlabelled().isEmpty() ? split.labelled().size() : split.unlabelled().size();
  }

  /**
   * Refuses a run whose ranks would have no image.
   *
   * @throws UserError where there are too few images for so many ranks
   */
  void requireEnough(int ranks, StepOptions method) {
    requireEnough(uri, split.labelled().size(), split.unlabelled().size(), ranks, method);
  }

  /** Refuses such a run by numbers alone. */
  static void requireEnough(
      URI uri, long labelled, long unlabelled, int ranks, StepOptions method) {
    if (method.usesUnlabelled() && unlabelled == 0) {
      throw LabelDemand.nothingUnlabelled(uri.toString(), method);
    }
    if (method.usesUnlabelled() && unlabelled < ranks) {
      throw new UserError(
          ("--data %s: %s unlabelled images are too few for %s ranks; label fewer, or use"
                  + " --method supervised")
              .formatted(uri, unlabelled, ranks));
    }
    if (labelled < ranks) {
      throw new UserError(
          "--workers %s: there are only %s labelled images; each rank needs one"
              .formatted(ranks, labelled));
    }
  }

  /** Returns how many images of all kinds the fullest rank has. */
  long imagesOfARank(int ranks, boolean withUnlabelled) {
    long images =
        split.labelled().size()
            + split.validation().size()
            + evaluated.size()
            + (withUnlabelled ? split.unlabelled().size() : 0L);
    return (images + ranks - 1) / ranks;
  }

  /**
   * Divides the records among the ranks.
   *
   * @throws UserError where there are too few images for so many ranks
   */
  JavaRDD<RankRecords> records(JavaSparkContext spark, int ranks, long seed, StepOptions method) {
    requireEnough(ranks, method);
    LabelSplit used =
        method.usesUnlabelled()
            ? split
            : new LabelSplit(split.labelled(), split.validation(), List.of());
    return PartitionedRecords.rdd(spark, uri, manifest, used, evaluated, ranks, seed);
  }

  /**
   * Returns a digest of the records' bytes, wherever they lie, by which data sets are told apart.
   * What lies beside them changes nothing: a run goes on with the same records, prepared again.
   */
  String fingerprint() {
    Map<String, String> splits = new LinkedHashMap<>();
    manifest.splits().forEach((name, of) -> splits.put(name, contents(of)));
    return digest(splits.toString());
  }

  /** Describes a split without its sidecars, so that checkpoints from before them still match. */
  private static String contents(Split split) {
    List<String> shards =
        split.shards().stream()
            .map(
                of ->
                    "Shard[file=%s, records=%s, bytes=%s, sha256=%s]"
                        .formatted(of.file(), of.records(), of.bytes(), of.sha256()))
            .toList();
    return "Split[records=%s, unlabelled=%s, perClass=%s, shards=%s]"
        .formatted(split.records(), split.unlabelled(), split.perClass(), shards);
  }

  /** Returns a digest that tells labelled subsets apart. */
  String labelFingerprint() {
    return digest(split.labelled().stream().map(RecordPosition::id).sorted().toList().toString());
  }

  private static String digest(String text) {
    return DigestUtils.sha256Hex(text.getBytes(StandardCharsets.UTF_8)).substring(0, 16);
  }
}
