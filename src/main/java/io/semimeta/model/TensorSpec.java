package io.semimeta.model;

/**
 * A tensor of a network's state dict.
 *
 * @param name as in PyTorch's state dict
 * @param shape as in PyTorch
 * @param initial how it starts
 */
@SuppressWarnings("ArrayRecordComponent") // shapes are read, never compared or changed
public record TensorSpec(String name, long[] shape, Initial initial) {

  /** How a tensor starts. */
  public sealed interface Initial {
    /** Every element alike. */
    record Constant(double value) implements Initial {}

    /** Uniform in [-bound, bound]. */
    record Uniform(double bound) implements Initial {}

    /** Normal with mean 0. */
    record Normal(double deviation) implements Initial {}
  }

  /** How many elements. */
  public long size() {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return size;
  }
}
