package io.semimeta.training;

import io.semimeta.UserError;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.files.DataFiles;
import io.semimeta.model.Model;
import io.semimeta.model.StateDict;
import io.semimeta.model.TensorSpec;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingPlan;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Holds what a run begins with instead of a draw: the state dict of a network of the same
 * architecture, which may tell other classes apart.
 *
 * @param source the file or checkpoint folder that the weights are from
 * @param tensors the tensors by their names in the state dict
 */
public record InitialWeights(String source, Map<String, StoredTensor> tensors) {

  /**
   * Reads the weights in a TorchScript file.
   *
   * @throws UserError naming the file, where it cannot be read or a weight is not finite
   */
  public static InitialWeights ofScript(String uri, Configuration conf) {
    return ScriptFile.use(
        uri,
        conf,
        (network, sha256) -> {
          Map<String, StoredTensor> stored = new LinkedHashMap<>();
          network.tensors().forEach((name, tensor) -> stored.put(name, stored(tensor)));
          stored.forEach(
              (name, tensor) -> {
                if (!tensor.isFinite()) {
                  throw new UserError(
                      "its tensor '%s' holds NaN or infinite values".formatted(name));
                }
              });
          return new InitialWeights(uri, stored);
        });
  }

  /** Copies a tensor in a type that a checkpoint may have. */
  private static StoredTensor stored(Tensor tensor) {
    boolean isShort =
        tensor.is_floating_point() && tensor.scalar_type().intern() != ScalarType.Double;
    return ModelState.stored(isShort ? tensor.to(ScalarType.Float) : tensor);
  }

  /** Returns the weights that a plan names, or those of a TorchScript file in the run's output. */
  public static Optional<InitialWeights> of(TrainingPlan plan, Configuration conf)
      throws IOException {
    if (plan.initFrom().isPresent()) {
      return Optional.of(read(plan.initFrom().get(), conf));
    }
    Path output = new Path(plan.run().output());
    return plan.network().isScripted()
        ? Optional.of(ofScript(ScriptFile.in(output).toString(), conf))
        : Optional.empty();
  }

  /**
   * Reads a file of a state dict, or the weights in a checkpoint's folder.
   *
   * @throws UserError where there are none, or they are damaged
   */
  public static InitialWeights read(String source, Configuration conf) throws IOException {
    try {
      return new InitialWeights(
          source, withCounters(CheckpointStore.readWeights(new Path(source), conf)));
    } catch (IOException e) {
      throw refused(DataFiles.unreadable(source, e));
    } catch (UserError e) {
      throw refused(e);
    }
  }

  /**
   * Adds BatchNorm's counters where there are none, as PyTorch does: state dicts from before 0.4.1,
   * among them torchvision's first ResNets, have no {@code num_batches_tracked}.
   */
  private static Map<String, StoredTensor> withCounters(Map<String, StoredTensor> tensors) {
    Map<String, StoredTensor> all = new LinkedHashMap<>(tensors);
    for (String name : tensors.keySet()) {
      ModelState.counterOf(name)
          .ifPresent(counter -> all.putIfAbsent(counter, ModelState.counter(0)));
    }
    return all;
  }

  private static UserError refused(UserError cause) {
    return new UserError(
        ("--init-from: %s; give a PyTorch state dict, as a safetensors file or torch.save's, or a"
                + " checkpoint's step folder")
            .formatted(cause.getMessage()),
        cause);
  }

  /**
   * Refuses weights that are not this network's; its classifier, where known, may have other
   * classes.
   *
   * @throws UserError naming the tensor at fault
   */
  public void requireFit(NetworkPlan network) {
    StateDict own = network.stateDict();
    long classes = classes(own.classifier());
    List<TensorSpec> specs =
        own.specs().stream()
            .map(spec -> own.classifier().contains(spec.name()) ? of(classes, spec) : spec)
            .toList();
    try {
      ModelState.require(tensors, new StateDict(specs, own.constants(), own.classifier()), source);
    } catch (UserError e) {
      throw new UserError(
          "--init-from: %s; give the state dict of a %s, or another --architecture or --width"
              .formatted(e.getMessage(), network.architecture()),
          e);
    }
  }

  /** Tells whether the classifier is drawn anew, because the file's has other classes. */
  public boolean hasOtherClasses(NetworkPlan network) {
    return hasOtherClasses(network.stateDict());
  }

  private boolean hasOtherClasses(StateDict network) {
    return network.specs().stream()
        .filter(spec -> network.classifier().contains(spec.name()))
        .anyMatch(spec -> !Arrays.equals(spec.shape(), tensors.get(spec.name()).shape()));
  }

  /** Draws a model's weights, then replaces all that these weights can replace. */
  void load(Model model, long seed) {
    model.vector().initialise(seed);
    Map<String, StoredTensor> used = new LinkedHashMap<>(tensors);
    if (hasOtherClasses(StateDict.of(model))) {
      Map<String, StoredTensor> drawn = ModelState.store(model);
      model.classifier().forEach(name -> used.put(name, drawn.get(name)));
    }
    ModelState.load(used, model, source);
  }

  /** Returns how many classes the file's network has; 0 where it has no classifier. */
  private long classes(Set<String> classifier) {
    return classifier.stream()
        .filter(tensors::containsKey)
        .map(name -> tensors.get(name).shape())
        .filter(shape -> shape.length > 0)
        .mapToLong(shape -> shape[0])
        .findFirst()
        .orElse(0);
  }

  /** Returns a classifier's tensor for the given number of classes. */
  private static TensorSpec of(long classes, TensorSpec spec) {
    long[] shape = spec.shape().clone();
    shape[0] = classes;
    return new TensorSpec(spec.name(), shape, spec.initial());
  }
}
