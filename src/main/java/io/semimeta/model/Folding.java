package io.semimeta.model;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/** Finds the convolutions of a network that {@link FoldedConv2d} can stand for. */
final class Folding {
  private Folding() {}

  /**
   * Returns layers that compute the same, one after the other, in eval mode.
   *
   * @param weights float32, on the CPU
   */
  static List<Layer> of(List<Layer> layers, Weights weights) {
    List<Layer> folded = new ArrayList<>();
    int next = 0;
    while (next < layers.size()) {
      if (layers.get(next) instanceof Layers.Conv2d convolution
          && next + 1 < layers.size()
          && layers.get(next + 1) instanceof Layers.BatchNorm2d normalisation) {
        next += 2;
        OptionalDouble slope =
            next < layers.size() ? slope(layers.get(next)) : OptionalDouble.empty();
        next += slope.isPresent() ? 1 : 0;
        folded.add(new FoldedConv2d(convolution, normalisation, slope, weights));
      } else {
        folded.add(layers.get(next).folded(weights));
        next++;
      }
    }
    return List.copyOf(folded);
  }

  private static OptionalDouble slope(Layer layer) {
    if (layer instanceof Layers.LeakyRelu leaky) {
      return OptionalDouble.of(leaky.slope());
    }
    return layer instanceof Layers.Relu ? OptionalDouble.of(0) : OptionalDouble.empty();
  }
}
