package io.semimeta.ml;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.MeantCheckpoint;
import io.semimeta.files.DataFiles;
import io.semimeta.files.WholeFile;
import io.semimeta.inference.ShippedModel;
import io.semimeta.inference.TrainedModel;
import io.semimeta.plan.ScriptFile;
import java.io.IOException;
import java.io.InputStream;
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
  private final byte[] script;
  private final ShippedModel shipped;
  private final String key;
  private SparkContext context;
  private Broadcast<ShippedModel> broadcast;

  private ServedNetwork(Checkpoint checkpoint, TrainedModel model, byte[] script) {
    this.checkpoint = checkpoint;
    this.model = model;
    this.script = script;
    this.shipped = new ShippedModel(model);
    this.key = shipped.key();
  }

  /**
   * Reads a network.
   *
   * @param path a saved model, a training output or a step's folder
   * @throws io.semimeta.UserError where there is none, or it is damaged
   */
  static ServedNetwork read(String path, Configuration conf) throws IOException {
    Path folder = MeantCheckpoint.resolve(path, conf);
    Checkpoint read = CheckpointStore.readFolder(folder, conf);
    TrainedModel model = TrainedModel.of(read, folder.toString()).withProgram(conf);
    return new ServedNetwork(alone(read), model, script(model, folder, conf));
  }

  /**
   * Returns a checkpoint as a model keeps it: its own best, as there is no other beside it; without
   * the optimizer's state, which is half of it, as nothing is trained from here.
   */
  private static Checkpoint alone(Checkpoint read) {
    ObjectNode state = read.state().deepCopy();
    if (state.has(Checkpoint.BEST_STEP)) {
      state.put(Checkpoint.BEST_STEP, read.step());
    }
    return new Checkpoint(read.step(), read.model(), Map.of(), state);
  }

  /** Reads the TorchScript file as it is: the state knows its SHA-256. */
  private static byte[] script(TrainedModel model, Path folder, Configuration conf)
      throws IOException {
    if (!model.network().isScripted()) {
      return new byte[0];
    }
    Path file = ScriptFile.in(folder.getParent().getParent());
    try (InputStream in = DataFiles.open(file, conf)) {
      return in.readAllBytes();
    }
  }

  /** Writes what {@link #read} reads. */
  void write(Path folder, Configuration conf) throws IOException {
    if (model.network().isScripted()) {
      WholeFile.write(ScriptFile.in(folder), conf, out -> out.write(script));
    }
    new CheckpointStore(folder, conf).write(checkpoint);
  }

  List<String> classes() {
    return model.data().classes();
  }

  String key() {
    return key;
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
