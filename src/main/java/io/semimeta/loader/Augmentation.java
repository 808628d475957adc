package io.semimeta.loader;

import io.semimeta.model.Placement;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Turns stored pixels into the network's input, a whole batch at a time: by a random crop of the
 * image padded with black, a random horizontal flip, and normalisation by the data set's mean and
 * standard deviation.
 */
public final class Augmentation implements AutoCloseable {
  private final int padding;
  private final boolean flip;
  private final Placement placement;
  private final Tensor scale;
  private final Tensor shift;

  /**
   * Makes the pipeline of a run.
   *
   * @param padding pixels added on each side before the crop; 0 for no crop
   * @param flip whether images are mirrored at random
   * @param mean mean of each channel, for pixels in [0, 1]
   * @param std standard deviation of each channel, for pixels in [0, 1]
   */
  public Augmentation(
      int padding, boolean flip, List<Double> mean, List<Double> std, Placement placement) {
    this.padding = padding;
    this.flip = flip;
    this.placement = placement;
    double[] scales = new double[mean.size()];
    double[] shifts = new double[mean.size()];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = 1 / (255 * std.get(c));
      shifts[c] = -mean.get(c) / std.get(c);
    }
    try (PointerScope scope = new PointerScope()) {
      scale = perChannel(scales);
      shift = perChannel(shifts);
      scale.retainReference();
      shift.retainReference();
    }
  }

  private Tensor perChannel(double[] values) {
    Tensor tensor = Tensor.create(values, 1, values.length, 1, 1);
    return placement.place(tensor.to(placement.precision().type()));
  }

  /** Returns normalised images without random changes: floating, of the same shape. */
  public Tensor normalise(Tensor images) {
    return images.to(placement.precision().type()).mul(scale).add(shift);
  }

  /** Returns randomly cropped and flipped images, normalised: floating, of the same shape. */
  public Tensor apply(Tensor images, SplittableRandom random) {
    if (images.size(0) == 0 || (padding == 0 && !flip)) {
      return normalise(images);
    }
    long count = images.size(0);
    long channels = images.size(1);
    int height = Math.toIntExact(images.size(2));
    int width = Math.toIntExact(images.size(3));
    Tensor source =
        torch.constant_pad_nd(
            images, new long[] {padding, padding, padding, padding}, new Scalar(0));
    Tensor index = placement.place(sourceIndex(Math.toIntExact(count), height, width, random));
    Tensor cropped =
        source
            .view(count, channels, source.size(2) * source.size(3))
            .gather(2, index.expand(new long[] {count, channels, (long) height * width}, false))
            .view(count, channels, height, width);
    return normalise(cropped);
  }

  /** Returns where each output pixel lies in the padded image: int64 (count, 1, height * width). */
  private Tensor sourceIndex(int count, int height, int width, SplittableRandom random) {
    int paddedWidth = width + 2 * padding;
    long[] index = new long[count * height * width];
    int at = 0;
    for (int i = 0; i < count; i++) {
      int top = random.nextInt(2 * padding + 1);
      int left = random.nextInt(2 * padding + 1);
      boolean mirrored = flip && random.nextBoolean();
      for (int row = 0; row < height; row++) {
        for (int column = 0; column < width; column++) {
          int from = mirrored ? width - 1 - column : column;
          index[at++] = (long) (top + row) * paddedWidth + left + from;
        }
      }
    }
    return Tensor.create(index, count, 1, (long) height * width).to(ScalarType.Long);
  }

  @Override
  public void close() {
    scale.close();
    shift.close();
  }
}
