package io.semimeta.model;

import io.semimeta.OptionName;
import io.semimeta.UserError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Runs a network that PyTorch exported by {@code torch.jit.script} or {@code torch.jit.trace}. Its
 * learned tensors and BatchNorm's statistics lie in the {@link ParameterVector}, as any network's;
 * its other tensors stay as they are in the file. Images are (batch, channels, height, width),
 * logits (batch, classes).
 */
public final class ScriptedNetwork implements Network {
  private static final String FEATURES = "features";
  private static final String RUNNING_MEAN = "running_mean";
  private static final String RUNNING_VAR = "running_var";
  private static final String BATCHES_TRACKED = "num_batches_tracked";

  private final JitModule module;
  private final Map<String, Tensor> tensors;
  private final List<Slot> variables = new ArrayList<>();
  private final List<TensorSpec> parameters = new ArrayList<>();
  private final List<TensorSpec> statistics = new ArrayList<>();
  private final Map<String, Tensor> constants = new LinkedHashMap<>();
  private final List<Tensor> counters = new ArrayList<>();

  /**
   * Says where a tensor is held inside the module.
   *
   * @param name name of the tensor in the state dict
   * @param owner submodule that holds it
   * @param attribute the submodule's name for it
   */
  private record Slot(String name, JitModule owner, String attribute) {
    static Slot of(JitModule module, String name) {
      String[] path = name.split("\\.", -1);
      JitModule owner = module;
      for (int i = 0; i < path.length - 1; i++) {
        owner = new JitModule(owner.attr(path[i]).toObject());
      }
      return new Slot(name, owner, path[path.length - 1]);
    }

    void put(Tensor tensor) {
      try (IValue value = new IValue(tensor)) {
        owner.setattr(attribute, value);
      }
    }
  }

  private ScriptedNetwork(JitModule module, Placement placement) {
    this.module = module;
    this.tensors = ScriptedTensors.of(module);
    Set<String> trained = ScriptedTensors.trained(module);
    Set<String> tracked = tracked();
    try (NoGradGuard guard = new NoGradGuard()) {
      tensors.forEach(
          (name, tensor) -> {
            Slot slot = Slot.of(module, name);
            if (trained.contains(name)) {
              parameters.add(spec(name, tensor, 0));
              variables.add(slot);
            } else if (tracked.contains(name) && !name.endsWith(BATCHES_TRACKED)) {
              statistics.add(spec(name, tensor, name.endsWith(RUNNING_VAR) ? 1 : 0));
              variables.add(slot);
            } else {
              Tensor own = placed(tensor, placement);
              slot.put(own);
              if (tracked.contains(name)) {
                counters.add(own);
              } else {
                constants.put(name, own);
              }
            }
          });
    }
  }

  /**
   * Loads a TorchScript file.
   *
   * @param file file on a local disk
   * @throws UserError that gives the reason without the file's name, where it is no TorchScript
   *     file or has nothing to train
   */
  public static ScriptedNetwork load(Path file, Placement placement) {
    JitModule module;
    try {
      module = torch.load(file.toString(), new DeviceOptional(new Device("cpu")), false);
    } catch (RuntimeException e) { // JavaCPP's form of any C++ exception
      throw new UserError("not a TorchScript file: " + reason(e), e);
    }
    ScriptedNetwork network = new ScriptedNetwork(module, placement);
    if (network.parameters.isEmpty()) {
      throw new UserError("has no parameters to train; it is frozen");
    }
    return network;
  }

  /** Loads the bytes that {@link #program} returned. */
  public static ScriptedNetwork load(byte[] program, Placement placement) {
    try {
      Path file = Files.createTempFile("semimeta-network", ".pt");
      try {
        Files.write(file, program);
        return load(file, placement);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns the file's bytes without the values of the learned tensors, which a checkpoint holds:
   * code, shapes and constants remain. This network loses its values thereby.
   */
  public byte[] program() throws IOException {
    try (NoGradGuard guard = new NoGradGuard()) {
      for (Slot slot : variables) {
        Tensor tensor = tensors.get(slot.name());
        // One element is expanded to the whole shape, so that the file holds it once.
        Tensor hollow = torch.zeros(new long[] {1}).expand(tensor.shape()).variable_data();
        slot.put(hollow.requires_grad_(tensor.requires_grad()));
      }
    }
    Path file = Files.createTempFile("semimeta-network", ".pt");
    try {
      module.save(file.toString());
      return Files.readAllBytes(file);
    } finally {
      Files.delete(file);
    }
  }

  /** Returns the state dict as the file has it. */
  public Map<String, Tensor> tensors() {
    return tensors;
  }

  /** Returns an operator that is fixed in the mode that it was traced in, if there is one. */
  public Optional<String> fixedOperator() {
    return FixedModes.in(ScriptedTensors.graph(module));
  }

  /** Returns the names of BatchNorm's statistics and counters, which move in train mode. */
  private Set<String> tracked() {
    Set<String> tracked = new TreeSet<>();
    for (String name : tensors.keySet()) {
      int end = name.length() - BATCHES_TRACKED.length();
      if (name.endsWith("." + BATCHES_TRACKED)) {
        String layer = name.substring(0, end);
        if (tensors.containsKey(layer + RUNNING_MEAN) && tensors.containsKey(layer + RUNNING_VAR)) {
          tracked.addAll(List.of(name, layer + RUNNING_MEAN, layer + RUNNING_VAR));
        }
      }
    }
    return tracked;
  }

  private static TensorSpec spec(String name, Tensor tensor, double initial) {
    return new TensorSpec(name, tensor.shape(), new TensorSpec.Initial.Constant(initial));
  }

  /** Copies a tensor to the device, in the run's precision where it is floating. */
  private static Tensor placed(Tensor tensor, Placement placement) {
    Tensor own = tensor.detach().clone();
    return tensor.is_floating_point()
        ? own.to(new Device(placement.device()), placement.precision().type())
        : placement.place(own);
  }

  @Override
  public void parameters(Consumer<TensorSpec> to) {
    parameters.forEach(to);
  }

  @Override
  public void statistics(Consumer<TensorSpec> to) {
    statistics.forEach(to);
  }

  @Override
  public Map<String, Tensor> constants() {
    return constants;
  }

  /** Returns no names, because any layer of the file may be the classifier. */
  @Override
  public Set<String> classifier() {
    return Set.of();
  }

  /**
   * Runs the module's {@code forward}.
   *
   * @throws UserError where it returns anything but one tensor
   */
  @Override
  public Tensor forward(Tensor x, Weights weights, Mode mode) {
    IValue output = run("forward", x, weights, mode);
    if (!output.isTensor()) {
      throw new UserError(
          "its forward pass in %s mode gives a %s; it must give logits alone"
              .formatted(OptionName.of(mode), output.tagKind().getString()));
    }
    return output.toTensor();
  }

  /**
   * Runs the module's method {@code features}.
   *
   * @throws UserError where it has none, or that returns anything but (batch, features)
   */
  @Override
  public Tensor features(Tensor images, Weights weights, Mode mode) {
    requireFeatures();
    IValue output = run(FEATURES, images, weights, mode);
    long[] shape = output.isTensor() ? output.toTensor().shape() : new long[0];
    if (shape.length != 2 || shape[0] != images.size(0)) {
      throw new UserError(
          ("its method '%s' gives a %s of %s for %s images; it must give one tensor (batch,"
                  + " features)")
              .formatted(
                  FEATURES, output.tagKind().getString(), Arrays.toString(shape), images.size(0)));
    }
    return output.toTensor();
  }

  /**
   * Refuses a file that exports no features.
   *
   * @throws UserError that gives reason and remedy without the file's name
   */
  public void requireFeatures() {
    if (!module.find_method(FEATURES).has_value()) {
      throw new UserError(
          "exports no method '%s'; write one that gives the penultimate activations (batch, features), mark it by @torch.jit.export, and export the network again"
              .formatted(FEATURES));
    }
  }

  private IValue run(String method, Tensor x, Weights weights, Mode mode) {
    module.train(mode == Mode.TRAIN);
    for (Slot slot : variables) {
      slot.put(weights.get(slot.name()));
    }
    try (NoGradGuard guard = new NoGradGuard()) {
      for (Tensor counter : counters) {
        counter.fill_(new Scalar(weights.batchesTracked()));
      }
    }
    // The optimizing executor may run another program once it has seen some batches, and nothing
    // promises that a resumed run then has the undisturbed one's bits.
    try (GraphOptimizerEnabledGuard asWritten = new GraphOptimizerEnabledGuard(false);
        // The input is contiguous, for code that views each image's activations as one row.
        IValueVector input = new IValueVector(new IValue(x.contiguous()))) {
      return module.get_method(method).apply(input);
    }
  }

  /** Returns what libtorch says of a failure, without its stack. */
  public static String reason(RuntimeException failure) {
    List<String> lines = String.valueOf(failure.getMessage()).lines().toList();
    return lines.stream()
        .filter(line -> line.startsWith("RuntimeError: "))
        .map(line -> line.substring("RuntimeError: ".length()))
        .findFirst()
        .orElse(lines.get(0));
  }

  @Override
  public void close() {
    module.close();
  }
}
