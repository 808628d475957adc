package io.semimeta.model;

import io.semimeta.UserError;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.GraphFunction;
import org.bytedeco.pytorch.GraphOptimizerEnabledGuard;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NamedTensor;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.named_buffer_iterator;
import org.bytedeco.pytorch.named_buffer_list;
import org.bytedeco.pytorch.named_parameter_iterator;
import org.bytedeco.pytorch.named_parameter_list;

/** Finds what is inside a TorchScript module, by the names of PyTorch's state dict. */
final class ScriptedTensors {
  /** Lists the types that a checkpoint can hold. */
  private static final Set<ScalarType> TYPES =
      Set.of(
          ScalarType.Float,
          ScalarType.Double,
          ScalarType.Half,
          ScalarType.BFloat16,
          ScalarType.Long,
          ScalarType.Int,
          ScalarType.Short,
          ScalarType.Char,
          ScalarType.Byte,
          ScalarType.Bool);

  private ScriptedTensors() {}

  /**
   * Returns the tensors by name, parameters before buffers.
   *
   * @throws UserError with the reason alone, where a tensor has two names or an unsupported type
   */
  static Map<String, Tensor> of(JitModule module) {
    Map<String, Tensor> tensors = new LinkedHashMap<>();
    named_parameter_list parameters = module.named_parameters();
    named_parameter_iterator end = parameters.end();
    for (named_parameter_iterator i = parameters.begin(); i.notEquals(end); i.increment()) {
      put(i.access(), tensors);
    }
    named_buffer_list buffers = module.named_buffers();
    named_buffer_iterator last = buffers.end();
    for (named_buffer_iterator i = buffers.begin(); i.notEquals(last); i.increment()) {
      put(i.access(), tensors);
    }
    requireDistinct(tensors);
    return tensors;
  }

  private static void put(NamedTensor named, Map<String, Tensor> tensors) {
    String name = named.name().getString();
    Tensor tensor = new Tensor(named.value()); // a handle that outlives the list's
    if (!TYPES.contains(tensor.scalar_type().intern())) {
      throw new UserError(
          "its tensor '%s' has the type %s; use a floating type, whole numbers or bool"
              .formatted(name, tensor.scalar_type().intern()));
    }
    tensors.put(name, tensor);
  }

  /** Refuses a tensor with two names, because its two views of the vector would drift apart. */
  private static void requireDistinct(Map<String, Tensor> tensors) {
    Map<Long, String> names = new HashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          String other = tensor.numel() == 0 ? null : names.put(tensor.data_ptr().address(), name);
          if (other != null) {
            throw new UserError(
                "its tensors '%s' and '%s' are one; give each a tensor of its own"
                    .formatted(other, name));
          }
        });
  }

  /** Returns the names of the parameters that ask for a gradient. */
  static Set<String> trained(JitModule module) {
    Set<String> trained = new LinkedHashSet<>();
    named_parameter_list parameters = module.named_parameters();
    named_parameter_iterator end = parameters.end();
    for (named_parameter_iterator i = parameters.begin(); i.notEquals(end); i.increment()) {
      if (i.access().value().requires_grad()) {
        trained.add(i.access().name().getString());
      }
    }
    return trained;
  }

  /** Returns the code of {@code forward} with all calls inlined, one operator on each line. */
  static String graph(JitModule module) {
    try (GraphOptimizerEnabledGuard inlined = new GraphOptimizerEnabledGuard(true)) {
      return new GraphFunction(module.get_method("forward").function())
          .optimized_graph()
          .toString();
    }
  }
}
