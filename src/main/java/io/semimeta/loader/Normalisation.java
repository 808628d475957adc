package io.semimeta.loader;

import io.semimeta.model.Placement;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Turns stored pixels, a whole batch at a time, into the network's input, normalised by the data
 * set's mean and standard deviation.
 */
public final class Normalisation implements AutoCloseable {
  private final Placement placement;
  private final Tensor scale;
  private final Tensor shift;

  /**
   * Makes the normalisation of a data set.
   *
   * @param mean mean of each channel, for pixels in [0, 1]
   * @param std standard deviation of each channel, for pixels in [0, 1]
   */
  public Normalisation(List<Double> mean, List<Double> std, Placement placement) {
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

  /** Returns normalised images: floating, of the same shape. */
  public Tensor apply(Tensor images) {
    return images.to(placement.precision().type()).mul(scale).add(shift);
  }

  /** Returns where images are, and their precision. */
  Placement placement() {
    return placement;
  }

  @Override
  public void close() {
    scale.close();
    shift.close();
  }
}
