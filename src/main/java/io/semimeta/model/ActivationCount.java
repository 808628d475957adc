package io.semimeta.model;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Counts the numbers that a pass holds for each image, from shapes alone, without libtorch: those
 * that autograd keeps for the backward pass of a train-mode pass, and the largest activation's.
 */
public final class ActivationCount {
  private final boolean syncBatchNorm;
  private final Set<Activation> kept = Collections.newSetFromMap(new IdentityHashMap<>());
  private long indices;
  private long largest;
  private int leastNormalised = Integer.MAX_VALUE;
  private long multiplyAdds;
  private long firstMultiplyAdds;

  private ActivationCount(boolean syncBatchNorm) {
    this.syncBatchNorm = syncBatchNorm;
  }

  /**
   * Follows one image of the given shape through a network and counts.
   *
   * @param syncBatchNorm whether batch statistics are those of all ranks' images
   */
  public static ActivationCount of(
      Layer network, int channels, int height, int width, boolean syncBatchNorm) {
    ActivationCount count = new ActivationCount(syncBatchNorm);
    network.trace(count.made(channels, height, width), count);
    return count;
  }

  /** Notes that a layer makes an activation of this shape. */
  Activation made(int channels, int height, int width) {
    Activation activation = new Activation(channels, height, width);
    largest = Math.max(largest, activation.size());
    return activation;
  }

  /** Notes that a layer makes an activation of the same shape. */
  Activation madeLike(Activation x) {
    return made(x.channels(), x.height(), x.width());
  }

  /** Notes that autograd keeps an activation; the same one counts only once. */
  void keep(Activation activation) {
    kept.add(activation);
  }

  /** Notes that autograd keeps a pooled activation's indices of its maxima, as int64. */
  void keepIndices(Activation pooled) {
    indices += pooled.size();
  }

  /** Notes that BatchNorm takes its statistics over an activation. */
  void normalised(Activation x) {
    leastNormalised = Math.min(leastNormalised, x.height() * x.width());
  }

  /** Notes that a layer multiplies and adds so often for one image. */
  void multiplied(long times) {
    firstMultiplyAdds = multiplyAdds == 0 ? times : firstMultiplyAdds;
    multiplyAdds += times;
  }

  /** Returns how often convolutions and the classifier multiply and add for one image. */
  public long multiplyAdds() {
    return multiplyAdds;
  }

  /** Returns those of {@link #multiplyAdds} that the first layer does, whose input is the image. */
  public long firstMultiplyAdds() {
    return firstMultiplyAdds;
  }

  /** Returns the values of one channel of an image at the BatchNorm layer that sees fewest. */
  public int leastNormalised() {
    return leastNormalised;
  }

  boolean syncBatchNorm() {
    return syncBatchNorm;
  }

  /**
   * Returns how many bytes autograd keeps of each image until the backward pass.
   *
   * @param bytesOfANumber bytes of one number of the activations' type
   */
  public long keptBytes(int bytesOfANumber) {
    long numbers = kept.stream().mapToLong(Activation::size).sum();
    return numbers * bytesOfANumber + indices * Long.BYTES;
  }

  /** Returns how many numbers the largest activation of an image has, the image itself included. */
  public long largest() {
    return largest;
  }
}
