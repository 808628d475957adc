package io.semimeta.model;

/**
 * Describes a tensor of a network's state dict.
 *
 * @param name name in PyTorch's state dict
 * @param shape sizes of the dimensions, as in PyTorch
 * @param initial distribution of its initial values
 */
@SuppressWarnings("ArrayRecordComponent") // shapes are read, never compared or changed
public record TensorSpec(String name, long[] shape, Initial initial) {

  /** Says how a tensor is initialised. */
  public sealed interface Initial {
    /** Gives every element the same value. */
    record Constant(double value) implements Initial {}

    /** Draws uniformly from [-bound, bound]. */
    record Uniform(double bound) implements Initial {}

    /** Draws from the normal distribution with mean 0 and the given standard deviation. */
    record Normal(double deviation) implements Initial {}
  }

  /** Returns how many elements the tensor has. */
  public long size() {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return size;
  }
}
