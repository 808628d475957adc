package io.semimeta.ml;

import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.files.WholeFile;
import io.semimeta.inference.ShippedModel;
import io.semimeta.inference.TrainedModel;
import io.semimeta.plan.ScriptFile;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;

/**
 * Holds a trained network on the driver for all copies of a model, and sends it to a context's
 * executors once.
 */
final class ServedNetwork {
  private final Checkpoint checkpoint;
  private final TrainedModel model;
  private final ShippedModel shipped;
  private SparkContext context;
  private Broadcast<ShippedModel> broadcast;

  private ServedNetwork(Checkpoint checkpoint, TrainedModel model) {
    this.checkpoint = checkpoint;
    this.model = model;
    this.shipped = new ShippedModel(model);
  }

  /**
   * Reads a network.
   *
   * @param path a saved model, a training output or a step's folder
   * @throws io.semimeta.UserError where there is none, or it is damaged
   */
  static ServedNetwork read(String path, Configuration conf) throws IOException {
    Path folder = CheckpointStore.resolve(path, conf);
    Checkpoint read = CheckpointStore.readFolder(folder, conf);
    TrainedModel model = TrainedModel.of(read, folder.toString()).withProgram(conf);
    // The optimizer's state is half of a checkpoint, and nothing is trained from here.
    return new ServedNetwork(
        new Checkpoint(read.step(), read.model(), Map.of(), read.state()), model);
  }

  /** Writes what {@link #read} reads. */
  void write(Path folder, Configuration conf) throws IOException {
    if (model.network().isScripted()) {
      WholeFile.write(ScriptFile.in(folder), conf, out -> out.write(model.network().program()));
    }
    new CheckpointStore(folder, conf).write(checkpoint);
  }

  List<String> classes() {
    return model.data().classes();
  }

  String key() {
    return shipped.key();
  }

  /** Returns about how many bytes this takes: the tensors, and once more as they are sent. */
  long size() {
    return 2 * shipped.size();
  }

  /** Returns the network as a context's tasks see it. */
  synchronized Broadcast<ShippedModel> on(SparkContext sc) {
    if (context != sc) {
      broadcast = JavaSparkContext.fromSparkContext(sc).broadcast(shipped);
      context = sc;
    }
    return broadcast;
  }
}
