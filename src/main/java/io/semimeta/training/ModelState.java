package io.semimeta.training;

import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.Placement.Precision;
import io.semimeta.model.StateDict;
import io.semimeta.model.TensorBytes;
import io.semimeta.model.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Converts a model's and an optimizer's tensors to and from a checkpoint's, named as by PyTorch.
 */
public final class ModelState {
  private static final String RUNNING_VAR = ".running_var";
  private static final String BATCHES_TRACKED = ".num_batches_tracked";

  /** Maps element types to the words of safetensors. */
  private static final Map<ScalarType, String> TYPES =
      Map.of(
          ScalarType.Float, "F32",
          ScalarType.Double, "F64",
          ScalarType.Long, "I64",
          ScalarType.Int, "I32",
          ScalarType.Short, "I16",
          ScalarType.Char, "I8",
          ScalarType.Byte, "U8",
          ScalarType.Bool, "BOOL");

  private ModelState() {}

  /** Returns the state dict, {@code num_batches_tracked} included. */
  static Map<String, StoredTensor> store(Model model) {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope()) {
      for (TensorSpec spec : model.vector().specs()) {
        stored.put(spec.name(), store(model.vector().value(spec.name()), spec, model));
        if (spec.name().endsWith(RUNNING_VAR)) {
          stored.put(batchesTracked(spec), counter(model.batchesTracked()));
        }
      }
      model.constants().forEach((name, tensor) -> stored.put(name, stored(tensor)));
    }
    return stored;
  }

  /** Returns a counter of batches as a file stores it. */
  static StoredTensor counter(long batches) {
    ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new StoredTensor("I64", new long[0], count.putLong(batches).flip());
  }

  /** Returns the name of the counter beside a tensor, if that is a running variance. */
  static Optional<String> counterOf(String name) {
    return name.endsWith(RUNNING_VAR)
        ? Optional.of(name.replace(RUNNING_VAR, BATCHES_TRACKED))
        : Optional.empty();
  }

  /** Returns SGD's velocities, by the names of their parameters. */
  static Map<String, StoredTensor> store(Tensor velocity, Model model) {
    Map<String, StoredTensor> stored = new LinkedHashMap<>();
    try (PointerScope scope = new PointerScope()) {
      long offset = 0;
      for (TensorSpec spec : model.vector().parameters()) {
        stored.put(spec.name(), store(velocity.narrow(0, offset, spec.size()), spec, model));
        offset += spec.size();
      }
    }
    return stored;
  }

  /** Copies a tensor of any of the {@link #TYPES}. */
  static StoredTensor stored(Tensor tensor) {
    return new StoredTensor(
        TYPES.get(tensor.scalar_type().intern()), tensor.shape(), TensorBytes.copy(tensor));
  }

  private static StoredTensor store(Tensor values, TensorSpec spec, Model model) {
    String type = model.placement().precision().safetensorsName();
    return new StoredTensor(type, spec.shape(), TensorBytes.copy(values));
  }

  /**
   * Loads a checkpoint's weights and statistics into a model. It is strict: every tensor must be
   * there, with its shape, and no other.
   *
   * @param tensors the tensors by their names in the state dict
   * @param source the checkpoint's name, for messages
   * @throws UserError naming the tensor at fault
   */
  public static void load(Map<String, StoredTensor> tensors, Model model, String source) {
    ParameterVector vector = model.vector();
    require(tensors, StateDict.of(model), source);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (TensorSpec spec : vector.specs()) {
        vector.value(spec.name()).copy_(tensor(tensors.get(spec.name())));
        if (spec.name().endsWith(RUNNING_VAR)) {
          model.setBatchesTracked(tensors.get(batchesTracked(spec)).data().getLong(0));
        }
      }
    }
  }

  /**
   * Refuses tensors that are not exactly a network's.
   *
   * @param source the tensors' origin, for messages
   * @throws UserError naming the tensor at fault
   */
  static void require(Map<String, StoredTensor> tensors, StateDict network, String source) {
    Set<String> others = new LinkedHashSet<>(tensors.keySet());
    for (TensorSpec spec : network.specs()) {
      require(tensors.get(spec.name()), spec, source);
      others.remove(spec.name());
      if (spec.name().endsWith(RUNNING_VAR)) {
        String name = batchesTracked(spec);
        requireCount(tensors.get(name), name, source);
        others.remove(name);
      }
    }
    network.constants().forEach((name, own) -> requireSame(tensors.get(name), name, own, source));
    others.removeAll(network.constants().keySet());
    if (!others.isEmpty()) {
      throw new UserError(
          "%s: the network has no tensor '%s'".formatted(source, others.iterator().next()));
    }
  }

  /** Requires tensors that training leaves alone to equal those of the network's own file. */
  private static void requireSame(StoredTensor stored, String name, Tensor own, String source) {
    if (stored == null) {
      throw new UserError("%s: tensor '%s' is missing".formatted(source, name));
    }
    try (PointerScope scope = new PointerScope()) {
      boolean same =
          stored.dtype().equals(TYPES.get(own.scalar_type().intern()))
              ? stored.equals(stored(own))
              : precision(stored).isPresent()
                  && own.is_floating_point()
                  && tensor(stored).to(own.scalar_type()).equal(own.cpu());
      if (!same) {
        throw new UserError(
            "%s: tensor '%s' is not the network's own, which is not trained"
                .formatted(source, name));
      }
    }
  }

  /** Returns the name of the counter beside a running variance. */
  private static String batchesTracked(TensorSpec runningVar) {
    return counterOf(runningVar.name()).orElseThrow();
  }

  /** Loads a checkpoint's velocities into a flat tensor as long as the parameters. */
  static void loadVelocity(Checkpoint checkpoint, Tensor velocity, Model model, String source) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      long offset = 0;
      for (TensorSpec spec : model.vector().parameters()) {
        StoredTensor stored = checkpoint.optimizer().get(spec.name());
        require(stored, spec, source);
        velocity.narrow(0, offset, spec.size()).copy_(tensor(stored).view(-1));
        offset += spec.size();
      }
    }
  }

  private static void requireCount(StoredTensor stored, String name, String source) {
    if (stored == null) {
      throw new UserError("%s: tensor '%s' is missing".formatted(source, name));
    }
    if (!stored.dtype().equals("I64") || stored.shape().length > 0) {
      throw new UserError("%s: tensor '%s' is %s, not I64[]".formatted(source, name, stored));
    }
  }

  private static void require(StoredTensor stored, TensorSpec spec, String source) {
    if (stored == null) {
      throw new UserError("%s: tensor '%s' is missing".formatted(source, spec.name()));
    }
    if (!Arrays.equals(stored.shape(), spec.shape())) {
      throw new UserError(
          "%s: tensor '%s' is %s, the network's is %s"
              .formatted(
                  source,
                  spec.name(),
                  Arrays.toString(stored.shape()),
                  Arrays.toString(spec.shape())));
    }
    if (precision(stored).isEmpty()) {
      throw new UserError(
          "%s: tensor '%s' has type %s; F32 and F64 are read"
              .formatted(source, spec.name(), stored.dtype()));
    }
  }

  private static Tensor tensor(StoredTensor stored) {
    return TensorBytes.tensor(
        stored.data(), precision(stored).orElseThrow().type(), stored.shape());
  }

  private static Optional<Precision> precision(StoredTensor stored) {
    return Arrays.stream(Precision.values())
        .filter(precision -> precision.safetensorsName().equals(stored.dtype()))
        .findFirst();
  }
}
