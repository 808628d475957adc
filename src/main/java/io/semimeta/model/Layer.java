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

  /**
   * Follows one image through this layer as {@link #forward} does in train mode, by shapes alone. A
   * layer that does not say makes an activation like its input, and both are kept.
   *
   * @param count is told of activations that are made, and of those that autograd keeps
   * @return what comes out
   */
  default Activation trace(Activation x, ActivationCount count) {
    Activation result = count.madeLike(x);
    count.keep(x);
    count.keep(result);
    return result;
  }
}
