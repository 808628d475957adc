package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Activations that overwrite their input change no bit of what a network computes. */
class InPlaceTest {
  private static final double SLOPE = 0.1;

  private record Computed(Tensor logits, Tensor gradient, Tensor derivative) {}

  private static Network network(Layer leaky, Layer relu) {
    Layer branch =
        new Layers.Sequential(
            List.of(new Layers.Conv2d("2", 4, 4, 3, 1), new Layers.BatchNorm2d("3", 4)));
    return LayeredNetwork.of(
        List.of(
            new Layers.Conv2d("0", 3, 4, 3, 1),
            new Layers.BatchNorm2d("1", 4),
            leaky,
            new Layers.Sum(branch, new Layers.Sequential(List.of())),
            relu,
            new Layers.Conv2d("4", 4, 5, 3, 1)),
        "classifier",
        5,
        7);
  }

  private static Computed computed(Layer leaky, Layer relu, Mode mode) {
    try (Model model = new Model(network(leaky, relu), Placement.CPU)) {
      model.vector().initialise(1);
      torch.manual_seed(2);
      Tensor images = torch.randn(6, 3, 9, 9);
      Tensor before = images.clone();
      Tensor logits = mode == Mode.TRAIN ? model.train(images) : model.evaluate(images);
      logits.square().sum().backward();
      Tensor gradient = model.vector().gradient().clone();
      ForwardMode.Dual dual = model.derivative(images, model.vector().parameterGradient().detach());
      assertTrue(before.equal(images));
      return new Computed(logits.detach().clone(), gradient, dual.tangent().clone());
    }
  }

  @Test
  void noBitDiffers() {
    for (Mode mode : Mode.values()) {
      try (PointerScope scope = new PointerScope()) {
        Computed inPlace = computed(new Layers.LeakyRelu(SLOPE), new Layers.Relu(true), mode);
        Computed apart =
            computed(
                (x, weights, of) -> torch.leaky_relu(x, new Scalar(SLOPE)),
                new Layers.Relu(false),
                mode);
        assertTrue(apart.logits().equal(inPlace.logits()), mode + "'s logits");
        assertTrue(apart.gradient().equal(inPlace.gradient()), mode + "'s gradient");
        assertTrue(apart.derivative().equal(inPlace.derivative()), mode + "'s derivative");
        assertEquals(6 * 7, inPlace.logits().numel());
      }
    }
  }
}
