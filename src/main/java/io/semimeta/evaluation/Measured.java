package io.semimeta.evaluation;

import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RecordPosition;
import io.semimeta.evaluation.Evaluation.Normalisation;
import io.semimeta.inference.Example;
import io.semimeta.inference.TrainedModel;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.training.ErrorCounts;
import io.semimeta.training.TrainingState;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.apache.commons.lang3.tuple.Pair;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.storage.StorageLevel;

/**
 * Holds one network's predictions of a split, which stay with the executors: a few numbers an
 * image, computed once.
 *
 * @param predictor the network, which is freed with the predictions
 * @param data the data set's folder
 * @param split the images' name in the figures
 * @param unlabelled how many of them have no label
 */
record Measured(
    Predictor predictor,
    URI data,
    DatasetManifest manifest,
    String split,
    long unlabelled,
    JavaRDD<Prediction> predictions)
    implements AutoCloseable {

  /**
   * Predicts all images of a split, when figures or predictions are asked for.
   *
   * @param tasks about how many tasks to predict in; 0 for as many as suit the cluster
   * @param withPaths whether the images' paths are wanted
   */
  static Measured of(
      Predictor predictor,
      URI data,
      DatasetManifest manifest,
      String split,
      int tasks,
      boolean withPaths) {
    JavaRDD<Example> images = predictor.prepared(data, manifest, split, tasks, withPaths);
    long unlabelled = manifest.split(split, data).unlabelled();
    return of(predictor, data, manifest, split, unlabelled, images);
  }

  /**
   * Predicts training images that a run set aside for its validation.
   *
   * @param positions where they lie, in the order of the record files; all have a label
   */
  static Measured ofSetAside(
      Predictor predictor, URI data, DatasetManifest manifest, List<RecordPosition> positions) {
    JavaRDD<Example> images = predictor.chosen(data, manifest, DatasetManifest.TRAIN, positions);
    return of(predictor, data, manifest, "validation", 0, images);
  }

  private static Measured of(
      Predictor predictor,
      URI data,
      DatasetManifest manifest,
      String split,
      long unlabelled,
      JavaRDD<Example> images) {
    JavaRDD<Prediction> predictions =
        predictor
            .predictions(images, manifest.orientation())
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    return new Measured(predictor, data, manifest, split, unlabelled, predictions);
  }

  /** Returns the predictions by id; they pass one partition after the other. */
  Iterator<Prediction> byId() {
    return predictions
        .sortBy(Prediction::id, true, predictions.getNumPartitions())
        .toLocalIterator();
  }

  /** Adds up what needs all images in the order of their confidence; at the same, of their ids. */
  private Calibration equalMass(long count) {
    try (JobNames names =
        JobNames.described(predictor.spark(), "bin " + split + " by confidence")) {
      List<Bin> bins =
          predictions
              .filter(Prediction::hasLabel)
              .sortBy(
                  one -> Pair.of(one.confidence(), one.id()), true, predictions.getNumPartitions())
              .zipWithIndex()
              .aggregate(
                  new ArrayList<>(Collections.nCopies(Calibration.BINS, Bin.EMPTY)),
                  (sums, one) -> {
                    int bin = Calibration.equalMass(one._2(), count);
                    sums.set(bin, sums.get(bin).plus(one._1()));
                    return sums;
                  },
                  (sums, others) -> {
                    for (int m = 0; m < sums.size(); m++) {
                      sums.set(m, sums.get(m).plus(others.get(m)));
                    }
                    return sums;
                  });
      return Calibration.ofEqualMass(bins);
    }
  }

  /** Adds up what the order of the images changes nothing of. */
  private Metrics metrics() {
    JavaSparkContext spark = predictor.spark();
    Metrics none = new Metrics(manifest.classes().size());
    try (JobNames names = JobNames.described(spark, "predict " + split);
        StageProgress progress = new StageProgress(spark, "Evaluating")) {
      return TaskErrors.unwrapped(
          spark, () -> predictions.aggregate(none, Metrics::add, Metrics::add));
    }
  }

  /** Computes the network's figures, by Spark jobs. */
  Evaluation measure() {
    Metrics metrics = metrics();
    TrainedModel model = predictor.model();
    TrainingState.Data trainedOn = model.data();
    boolean differs =
        !trainedOn.mean().equals(manifest.mean()) || !trainedOn.std().equals(manifest.std());
    ErrorCounts total = metrics.total();
    Calibration equalWidth = metrics.calibration();
    return new Evaluation(
        model.source(),
        model.step(),
        new Path(data).toString(),
        split,
        total.examples(),
        unlabelled,
        total.top1Error(),
        Interval.wilson(total.top1Errors(), total.examples()),
        total.top5Error(),
        Interval.wilson(total.top5Errors(), total.examples()),
        metrics.crossEntropy(),
        metrics.brier(),
        equalWidth.error(),
        equalWidth,
        equalMass(total.examples()),
        new Normalisation(trainedOn.mean(), trainedOn.std(), differs),
        Evaluation.perClass(manifest.classes(), metrics),
        metrics.confusion());
  }

  @Override
  public void close() {
    predictions.unpersist(false);
    predictor.close();
  }
}
