package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.RecordPosition;
import io.semimeta.inference.Example;
import io.semimeta.inference.Scored;
import io.semimeta.inference.TrainedModel;
import io.semimeta.inference.Wanted;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;

/** Computes what a checkpoint's classifier gets of images of a data set. */
public record FeatureNetwork(TrainedModel model, URI data, DatasetManifest manifest) {
  /**
   * Reads a checkpoint, without Spark and without libtorch.
   *
   * @param checkpoint a step's folder or a training output
   * @throws UserError where it cannot be read, or does not fit the data set
   */
  public static FeatureNetwork read(
      Path checkpoint, URI data, DatasetManifest manifest, Configuration conf) throws IOException {
    TrainedModel model = TrainedModel.read(checkpoint, conf);
    Compatibility.require(model, data, manifest);
    return new FeatureNetwork(model, data, manifest);
  }

  /** Returns the step's folder. */
  public String source() {
    return model.source();
  }

  /** Returns the number of updates that the weights have had. */
  public long step() {
    return model.step();
  }

  /**
   * Computes features by a Spark job, and before it by another those of a few images.
   *
   * @param positions where the images of each split lie, in the order of the record files
   * @param count hears how many features an image has, before all of them come to the driver
   * @return the features by split and id
   * @throws UserError where images cannot be read, or the network has no features or has diverged
   */
  public Map<String, Map<Long, float[]>> features(
      JavaSparkContext spark, Map<String, List<RecordPosition>> positions, IntConsumer count) {
    Map<String, Map<Long, float[]>> features = new HashMap<>();
    String group = "semimeta plot-features " + model.source();
    try (Predictor predictor = new Predictor(spark, model, spark.hadoopConfiguration());
        JobNames names = JobNames.grouped(spark, group, "compute features", false)) {
      JavaRDD<Example> examples = spark.emptyRDD();
      for (Map.Entry<String, List<RecordPosition>> one : positions.entrySet()) {
        examples = examples.union(predictor.chosen(data, manifest, one.getKey(), one.getValue()));
      }
      JavaRDD<Scored> scored =
          predictor.predict(examples, manifest.orientation(), true, Wanted.FEATURES);
      try (StageProgress progress = new StageProgress(spark, "Features")) {
        JavaRDD<Integer> counts = scored.map(one -> one.features().length);
        count.accept(TaskErrors.unwrapped(spark, counts::first));
        JavaRDD<Found> found = scored.map(Found::of);
        for (Found one : TaskErrors.unwrapped(spark, found::collect)) {
          features.computeIfAbsent(one.split, split -> new HashMap<>()).put(one.id, one.features);
        }
      }
    }
    return features;
  }

  /** Holds all that the driver needs of an image. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Found(String split, long id, float[] features) implements Serializable {
    static Found of(Scored scored) {
      Example example = scored.example();
      return new Found(example.split(), (Long) example.id(), scored.features());
    }
  }
}
