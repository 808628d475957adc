package io.semimeta.model;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * How many numbers a pass holds for each image, found from shapes alone, without libtorch: what
 * autograd keeps for the backward pass of a train-mode pass, and the largest activation on the way.
 */
public final class ActivationCount {
  private final boolean syncBatchNorm;
  private final Set<Activation> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private long indices;
  private long largest;
  private int leastNormalised = Integer.MAX_VALUE;

  private ActivationCount(boolean syncBatchNorm) {
    this.syncBatchNorm = syncBatchNorm;
  }

  /**
   * Counts on the way of one image of the given shape through a network.
   *
   * @param syncBatchNorm whether batch statistics are those of all ranks' images
   */
  public static ActivationCount of(
      Layer network, int channels, int height, int width, boolean syncBatchNorm) {
    ActivationCount count = new ActivationCount(syncBatchNorm);
    network.trace(count.made(channels, height, width), count);
    return count;
  }

  /** A layer makes an activation. */
  Activation made(int channels, int height, int width) {
    Activation activation = new Activation(channels, height, width);
    largest = Math.max(largest, activation.size());
    return activation;
  }

  /** A layer makes an activation of the same shape. */
  Activation madeLike(Activation x) {
    return made(x.channels(), x.height(), x.width());
  }

  /** Autograd keeps an activation; twice the same one is once. */
  void keep(Activation activation) {
    kept.add(activation);
  }

  /** Autograd keeps the places, as int64, that the maxima of a pooled activation came from. */
  void keepIndices(Activation pooled) {
    indices += pooled.size();
  }

  /** BatchNorm takes its statistics over an activation. */
  void normalised(Activation x) {
    leastNormalised = Math.min(leastNormalised, x.height() * x.width());
  }

  /** Values of one channel of an image at the BatchNorm layer that sees fewest. */
  public int leastNormalised() {
    return leastNormalised;
  }

  boolean syncBatchNorm() {
    return syncBatchNorm;
  }

  /**
   * Bytes that autograd keeps of each image until the backward pass.
   *
   * @param bytesOfANumber of the activations' type
   */
  public long keptBytes(int bytesOfANumber) {
    long numbers = kept.stream().mapToLong(Activation::size).sum();
    return numbers * bytesOfANumber + indices * Long.BYTES;
  }

  /** Numbers in the largest activation of an image, the image itself included. */
  public long largest() {
    return largest;
  }
}
