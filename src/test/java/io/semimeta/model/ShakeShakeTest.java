package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class ShakeShakeTest {
  private static final NetworkOptions NARROW = new NetworkOptions(4, 3, 1 / 24.0, 0.5);

  private static Network network(NetworkOptions options) {
    return Networks.create("shake-shake-26", options);
  }

  private static Model narrow() {
    Model model = new Model(network(NARROW), TestNetworks.FLOAT64);
    model.vector().initialise(4);
    return model;
  }

  /** An odd size, so that the halves are not alike. */
  private static Tensor images() {
    return TestNetworks.normal(new Random(5), 3, 3, 9, 7);
  }

  @Test
  void hasThePapersSizeAndNamesItsTensorsOnce() {
    List<TensorSpec> specs = new ArrayList<>();
    network(new NetworkOptions(10, 3, 1, 0.5)).parameters(specs::add);
    assertEquals(26_193_466, specs.stream().mapToLong(TensorSpec::size).sum());
    network(NARROW).statistics(specs::add);
    List<String> names = specs.stream().map(TensorSpec::name).toList();
    assertEquals(names.size(), new HashSet<>(names).size());
  }

  @Test
  void chanceBelongsToTrainModeAndComesFromTheSeed() {
    try (PointerScope scope = new PointerScope();
        Model model = narrow()) {
      assertTrue(model.predict(images()).equal(model.predict(images())));
      List<Tensor> gradients = new ArrayList<>();
      List<Tensor> logits = new ArrayList<>();
      for (int seed : new int[] {1, 1, 2}) {
        model.vector().zeroGradient();
        torch.manual_seed(seed);
        Tensor output = model.train(images());
        output.square().sum().backward();
        logits.add(output);
        gradients.add(model.vector().parameterGradient().clone());
      }
      assertTrue(logits.get(0).equal(logits.get(1)));
      assertTrue(gradients.get(0).equal(gradients.get(1)));
      assertTrue(TestNetworks.distance(logits.get(0), logits.get(2)) > 1e-3);
    }
  }

  /** Fault 4: the eval-mode gradient too is that of the gate 0.5. */
  @Test
  void evalModesDerivativesAgree() {
    try (PointerScope scope = new PointerScope();
        Model model = narrow()) {
      Random random = new Random(6);
      Tensor direction = TestNetworks.normal(random, model.vector().parameterCount());
      Tensor weights = TestNetworks.normal(random, 3, NARROW.classes());
      model.vector().zeroGradient();
      model.evaluate(images()).mul(weights).sum().backward();
      double backward = dot(model.vector().parameterGradient(), direction);
      double forward = dot(model.derivative(images(), direction).tangent(), weights);
      double size = Math.abs(backward);
      assertEquals(backward, forward, 1e-10 * size);
      double epsilon = 1e-7;
      double difference =
          dot(moved(model, direction, epsilon).sub(moved(model, direction, -epsilon)), weights);
      assertEquals(backward, difference / (2 * epsilon), 1e-5 * size);
    }
  }

  private static double dot(Tensor a, Tensor b) {
    return a.mul(b).sum().item().toDouble();
  }

  /** Logits at theta + epsilon direction. */
  private static Tensor moved(Model model, Tensor direction, double epsilon) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor snapshot = model.vector().parameterValues().clone();
      model.vector().parameterValues().add_(direction, new Scalar(epsilon));
      Tensor logits = model.predict(images());
      model.vector().parameterValues().copy_(snapshot);
      return logits;
    }
  }

  /** Value and gradient of one image are those of one gate each, and not of the same. */
  @Test
  void gatesAreDrawnForEachImageAndEachDirection() {
    try (PointerScope scope = new PointerScope()) {
      int n = 200;
      Tensor a = TestNetworks.normal(new Random(7), n, 2, 1, 1);
      Tensor b = TestNetworks.normal(new Random(8), n, 2, 1, 1);
      a.requires_grad_(true);
      b.requires_grad_(true);
      Layer shake =
          new ShakeShake.Shake(
              (x, weights, mode) -> a.view(n, 2, 1, 1), (x, weights, mode) -> b.view(n, 2, 1, 1));
      torch.manual_seed(9);
      Tensor out = shake.forward(a, name -> null, Mode.TRAIN);
      out.sum().backward();
      double[] values = TestNetworks.values(out.sub(b).div(a.sub(b)));
      double[] gradients = TestNetworks.values(a.grad());
      double[] others = TestNetworks.values(b.grad());
      double product = 0;
      for (int i = 0; i < 2 * n; i += 2) {
        for (double[] gates : new double[][] {values, gradients}) {
          assertTrue(gates[i] >= 0 && gates[i] <= 1, "a gate of " + gates[i]);
          assertEquals(gates[i], gates[i + 1], 1e-9, "one gate for all of an image");
        }
        assertEquals(1, gradients[i] + others[i], 1e-12);
        product += (values[i] - 0.5) * (gradients[i] - 0.5) / n;
      }
      // Independent uniform variables: mean 0, deviation 1/12 / sqrt(n). Equal ones: 1/12.
      assertEquals(0, product, 5 / 12.0 / Math.sqrt(n));
      Tensor mean = shake.forward(a, name -> null, Mode.EVAL);
      assertTrue(TestNetworks.distance(mean, a.add(b).div(new Scalar(2))) < 1e-15);
    }
  }
}
