package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActivationCountTest {
  /** Layer by layer, the shapes are those that libtorch finds; odd sizes round as its do. */
  @ParameterizedTest
  @CsvSource({
    "convlarge, 0.1, 32",
    "convlarge, 0.1, 45",
    "shake-shake-26, 0.1, 32",
    "resnet18, 1, 33",
    "resnet50, 1, 64",
    "resnext50_32x4d, 1, 50"
  })
  void shapesAreLibtorchs(String name, double width, int size) {
    NetworkOptions options = new NetworkOptions(7, 3, width, 0.5);
    LayeredNetwork network = (LayeredNetwork) Networks.create(name, options);
    List<Layer> layers = new ArrayList<>(network.backbone().layers());
    layers.add(network.head());
    try (PointerScope scope = new PointerScope();
        Model model = new Model(network, Placement.CPU)) {
      ActivationCount count = ActivationCount.of(network, 3, size, size, false);
      Activation activation = count.made(3, size, size);
      Tensor tensor = torch.zeros(1, 3, size, size);
      for (Layer layer : layers) {
        activation = layer.trace(activation, count);
        tensor = layer.forward(tensor, model.vector().evalWeights(), Mode.EVAL);
        long[] shape = {1, activation.channels(), activation.height(), activation.width()};
        assertArrayEquals(shape, padded(tensor.shape()), layer.toString());
      }
      assertEquals(7, activation.size());
    }
  }

  /** Behind the pool, tensors are (batch, channels). */
  private static long[] padded(long[] shape) {
    return shape.length == 4 ? shape : new long[] {shape[0], shape[1], 1, 1};
  }

  /**
   * By hand, for a block of convolution (3 channels of 8x8 to 4 of 8x8), BatchNorm, leaky ReLU,
   * pool (to 4x4) and classifier: kept are the inputs of all of them, where the leaky ReLU's is its
   * result too, and the pool's 64 indices.
   */
  @Test
  void whatAutogradKeepsIsCountedOnce() {
    Layer network =
        new Layers.Sequential(
            List.of(
                new Layers.Conv2d("c", 3, 4, 3, 1),
                new Layers.BatchNorm2d("b", 4),
                new Layers.LeakyRelu(0.1),
                new Layers.MaxPool2d(2, 2, 0),
                new Layers.GlobalAveragePool(),
                new Layers.Linear("l", 4, 5)));
    ActivationCount count = ActivationCount.of(network, 3, 8, 8, false);
    long numbers = 3 * 64 + 2 * 256 + 4;
    assertEquals(numbers * 4 + 64 * 8, count.keptBytes(4));
    assertEquals(256, count.largest());
    // Two in the place of BatchNorm's one.
    assertEquals(
        numbers * 4 + 64 * 8 + 256 * 4, ActivationCount.of(network, 3, 8, 8, true).keptBytes(4));
  }
}
