package io.semimeta.model;

import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** Represents a piece of a network, which names its tensors and is a function of them. */
public interface Layer extends AutoCloseable {
  /** Names the learned tensors, in state-dict order. */
  default void parameters(Consumer<TensorSpec> to) {}

  /** Names BatchNorm's running statistics, in state-dict order. */
  default void statistics(Consumer<TensorSpec> to) {}

  /** Returns the state dict's tensors that never change, which the layer itself holds. */
  default Map<String, Tensor> constants() {
    return Map.of();
  }

  /** Frees the tensors that the layer itself holds. */
  @Override
  default void close() {}

  /**
   * Applies the layer.
   *
   * @param x images or activations, (batch, channels, height, width), or (batch, features) after
   *     the pooling
   */
  Tensor forward(Tensor x, Weights weights, Mode mode);

  /**
   * Returns a layer that computes the same in eval mode, to rounding, faster, and without a graph,
   * for as long as the weights stay as they are; by default this one. The caller closes it.
   *
   * @param weights float32, on the CPU
   */
  default Layer folded(Weights weights) {
    return this;
  }

  /**
   * Follows one image through this layer as {@link #forward} does in train mode, by shapes alone.
   * By default a layer makes an activation like its input, and both are kept.
   *
   * @param count is told of activations that are made, and of those that autograd keeps
   * @return activation that comes out
   */
  default Activation trace(Activation x, ActivationCount count) {
    Activation result = count.madeLike(x);
    count.keep(x);
    count.keep(result);
    return result;
  }
}
