package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import io.semimeta.model.TestNetworks;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class SgdTest {
  /** By hand, in PyTorch's order: decay joins the gradient, the gradient the velocity. */
  @Test
  void threeSteps() {
    try (PointerScope scope = new PointerScope()) {
      Sgd sgd = new Sgd(0.5, 0.25);
      Tensor theta = Tensor.create(new double[] {1, -2}, 2);
      Tensor velocity = Tensor.create(new double[] {0, 0}, 2);
      // v = 0.5 v + (grad + 0.25 theta), theta -= lr v
      sgd.update(theta, Tensor.create(new double[] {0.75, 0.5}, 2), velocity, 0.5);
      assertArrayEquals(new double[] {1, 0}, TestNetworks.values(velocity));
      assertArrayEquals(new double[] {0.5, -2}, TestNetworks.values(theta));
      sgd.update(theta, Tensor.create(new double[] {-0.125, 1.5}, 2), velocity, 0.25);
      assertArrayEquals(new double[] {0.5, 1}, TestNetworks.values(velocity));
      assertArrayEquals(new double[] {0.375, -2.25}, TestNetworks.values(theta));
      // A rate of 0, as at the warm-up's first step, still gathers velocity.
      sgd.update(theta, Tensor.create(new double[] {0, 0}, 2), velocity, 0);
      assertArrayEquals(new double[] {0.34375, -0.0625}, TestNetworks.values(velocity));
      assertArrayEquals(new double[] {0.375, -2.25}, TestNetworks.values(theta));
    }
  }
}
