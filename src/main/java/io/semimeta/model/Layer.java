package io.semimeta.model;

import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;

/** A piece of a network: it names its tensors and is a function of them. */
public interface Layer {
  /** Names the learned tensors, in state-dict order. */
  default void parameters(Consumer<TensorSpec> to) {}

  /** Names BatchNorm's running statistics, in state-dict order. */
  default void statistics(Consumer<TensorSpec> to) {}

  Tensor forward(Tensor x, Weights weights, Mode mode);
}
