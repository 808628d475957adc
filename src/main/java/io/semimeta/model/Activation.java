package io.semimeta.model;

/**
 * Stands for one image's activation in an {@link ActivationCount}. It has no equality but its own:
 * two activations of the same shape are two tensors.
 */
public final class Activation {
  private final int channels;
  private final int height;
  private final int width;

  Activation(int channels, int height, int width) {
    this.channels = channels;
    this.height = height;
    this.width = width;
  }

  int channels() {
    return channels;
  }

  int height() {
    return height;
  }

  int width() {
    return width;
  }

  /** Returns how many numbers the activation holds. */
  long size() {
    return (long) channels * height * width;
  }
}
