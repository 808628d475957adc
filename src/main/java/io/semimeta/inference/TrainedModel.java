package io.semimeta.inference;

import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.MeantCheckpoint;
import io.semimeta.checkpoint.Safetensors;
import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.ScriptFile;
import io.semimeta.training.ModelState;
import io.semimeta.training.TrainingState;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * Holds a checkpoint's network as it travels to the executors. The driver reads and verifies the
 * checkpoint once, so all tasks compute with the same weights, even while a training run goes on
 * and removes old checkpoints.
 *
 * @param source the step's folder
 * @param step the number of updates that the weights have had
 * @param network the network, on the CPU, in float32
 * @param scriptSha256 the SHA-256 of its TorchScript file, or null
 * @param data the classes and images that it was trained for
 * @param safetensors the weights as a safetensors file
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record TrainedModel(
    String source,
    long step,
    NetworkPlan network,
    String scriptSha256,
    TrainingState.Data data,
    byte[] safetensors)
    implements Serializable {

  /**
   * Reads a checkpoint, without its TorchScript file.
   *
   * @param checkpoint a step's folder or a training output
   * @throws io.semimeta.UserError where it is missing, incomplete or damaged
   */
  public static TrainedModel read(Path checkpoint, Configuration conf) throws IOException {
    Path folder = MeantCheckpoint.resolve(checkpoint.toString(), conf);
    return of(CheckpointStore.readFolder(folder, conf), folder.toString());
  }

  /**
   * Takes the network of a checkpoint that was read, without its TorchScript file.
   *
   * @param folder the step's folder
   */
  public static TrainedModel of(Checkpoint read, String folder) throws IOException {
    TrainingState state = TrainingState.fromJson(read.state(), folder);
    ByteArrayOutputStream weights = new ByteArrayOutputStream();
    Safetensors.write(weights, read.model(), Map.of());
    NetworkPlan network =
        new NetworkPlan(
            state.network().architecture(), state.network().options(), Placement.CPU, false);
    return new TrainedModel(
        folder,
        read.step(),
        network,
        state.options().get(ScriptFile.CONTENTS),
        state.data(),
        weights.toByteArray());
  }

  /**
   * Returns the model with its TorchScript file, where it has one. The run's own copy is in its
   * output, above the checkpoints' folder.
   */
  public TrainedModel withProgram(Configuration conf) {
    if (!network.isScripted()) {
      return this;
    }
    Path copy = ScriptFile.in(new Path(source).getParent().getParent());
    ScriptFile script = ScriptFile.read(copy.toString(), conf);
    script.requireSame(scriptSha256);
    NetworkPlan whole = network.withProgram(script.program());
    return new TrainedModel(source, step, whole, scriptSha256, data, safetensors);
  }

  /** Creates a model of the caller's own, for predictions alone. */
  public Model create() throws IOException {
    Model model = network.create();
    ByteArrayInputStream in = new ByteArrayInputStream(safetensors);
    ModelState.load(Safetensors.read(in, safetensors.length, source), model, source);
    model.fold();
    return model;
  }

  /** Returns the normalisation of training. */
  public Normalisation normalisation() {
    return new Normalisation(data.mean(), data.std(), network.placement());
  }
}
