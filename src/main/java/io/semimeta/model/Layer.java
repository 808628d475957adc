package io.semimeta.model;

import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** A piece of a network: it names its tensors and is a function of them. */
public interface Layer extends AutoCloseable {
  /** Names the learned tensors, in state-dict order. */
  default void parameters(Consumer<TensorSpec> to) {}

  /** Names BatchNorm's running statistics, in state-dict order. */
  default void statistics(Consumer<TensorSpec> to) {}

  /** What belongs to the state dict, but never changes: tensors that the layer itself holds. */
  default Map<String, Tensor> constants() {
    return Map.of();
  }

  /** Frees what the layer itself holds. */
  @Override
  default void close() {}

  Tensor forward(Tensor x, Weights weights, Mode mode);
}
