package io.semimeta.evaluation;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.data.RecordPosition;
import io.semimeta.inference.Example;
import io.semimeta.inference.LoadedNetwork;
import io.semimeta.inference.PredictTask;
import io.semimeta.inference.Scored;
import io.semimeta.inference.ShippedModel;
import io.semimeta.inference.TrainedModel;
import io.semimeta.inference.Wanted;
import io.semimeta.recordio.NamedRecord;
import io.semimeta.recordio.RecordFiles;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Passes images through a checkpoint's network on Spark's executors: one network a JVM, one batch a
 * task in memory. The last bits of a network's output depend on the images that share its batch, as
 * libtorch's products of matrices do; so a batch holds the same images however many tasks there
 * are.
 */
final class Predictor implements AutoCloseable {
  /** Tasks are this small so that a long job shows progress, and a lost task costs little. */
  private static final long IMAGES_PER_TASK = 1000;

  private final JavaSparkContext spark;
  private final TrainedModel model;
  private final String job = UUID.randomUUID().toString();
  private final Broadcast<ShippedModel> broadcast;

  /** Sends a network to the executors, with its TorchScript file where it has one. */
  Predictor(JavaSparkContext spark, TrainedModel model, Configuration conf) {
    this.spark = spark;
    this.model = model;
    this.broadcast = spark.broadcast(new ShippedModel(model.withProgram(conf)));
  }

  JavaSparkContext spark() {
    return spark;
  }

  TrainedModel model() {
    return model;
  }

  /**
   * Returns a split's images, cut between batches.
   *
   * @param tasks about how many tasks to read them in, as far as there are batches for them; 0 for
   *     as many as suit the cluster
   * @param withPaths whether the images' paths are wanted
   */
  JavaRDD<Example> prepared(
      URI data, DatasetManifest manifest, String split, int tasks, boolean withPaths) {
    int batch = PredictTask.batchSize(model.data().input());
    int partitions = partitions(manifest.split(split, data).records(), batch, tasks);
    return RecordFiles.rdd(spark, data, manifest, split, partitions, batch, withPaths)
        .map(named -> example(split, named));
  }

  /**
   * Returns chosen images of a split, cut between batches, without paths.
   *
   * @param positions where they lie, in the order of the record files
   */
  JavaRDD<Example> chosen(
      URI data, DatasetManifest manifest, String split, List<RecordPosition> positions) {
    int batch = PredictTask.batchSize(model.data().input());
    int partitions = partitions(positions.size(), batch, 0);
    return RecordFiles.chosen(spark, data, manifest, split, positions, partitions, batch, false)
        .map(named -> example(split, named));
  }

  private int partitions(long images, int batch, int tasks) {
    long batches = -Math.floorDiv(-images, batch);
    long usual = Math.max(spark.defaultParallelism(), images / IMAGES_PER_TASK);
    return (int) Math.max(1, Math.min(batches, tasks > 0 ? tasks : usual));
  }

  private static Example example(String split, NamedRecord named) {
    ImageRecord record = named.record();
    return new Example(
        split, record.id(), record.label(), named.path(), record.encoded(), null, null);
  }

  /** Returns the names of the network's classes. */
  List<String> classes() {
    return model.data().classes();
  }

  /**
   * Predicts images, whose partitions begin with a new batch.
   *
   * @param strict whether an image that cannot be decoded, has another size than training's, or for
   *     which the network's outputs are not finite, fails the job
   */
  JavaRDD<Scored> predict(
      JavaRDD<Example> examples, Orientation orientation, boolean strict, Wanted wanted) {
    return examples.mapPartitions(new PredictTask(job, broadcast, orientation, strict, wanted));
  }

  /** Predicts the classes of images, as {@link #predict} does where it is strict. */
  JavaRDD<Prediction> predictions(JavaRDD<Example> examples, Orientation orientation) {
    return predict(examples, orientation, true, Wanted.LOGITS).map(Prediction::of);
  }

  /** Frees the network; nothing that was predicted may be computed again. */
  @Override
  public void close() {
    broadcast.destroy();
    LoadedNetwork.free(job);
  }
}
