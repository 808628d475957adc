package io.semimeta.model;

import org.bytedeco.pytorch.Tensor;

/** The tensors that a network computes with, by state-dict name. */
@FunctionalInterface
public interface Weights {
  Tensor get(String name);
}
