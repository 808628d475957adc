package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.Model;
import io.semimeta.model.Network;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorSpec;
import io.semimeta.model.TestNetworks;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The direction, computed in three ways. */
class MetaGradientTest {
  private static final int IMAGES = 7;

  private static Tensor flat(Model model, Random random) {
    return TestNetworks.normal(random, model.vector().parameterCount());
  }

  /** d as each way gives it, for a model in which everything is of size 1. */
  private record Case(Model model, Tensor images, Tensor g) {
    static Case of(Network network, long seed) {
      Random random = new Random(seed);
      Model model = TestNetworks.model(network, seed);
      return new Case(model, TestNetworks.images(random, IMAGES), flat(model, random));
    }

    Tensor finiteDifference(double epsilon) {
      return new FiniteDifference().of(model, images, g, epsilon).direction();
    }

    Tensor forward() {
      return new ForwardDerivative().of(model, images, g, 0).direction();
    }

    /** 2 (dp/dtheta) g by reverse mode twice: the derivative along v of g . (v . p)'. */
    Tensor doubleBackward() {
      Tensor p = torch.softmax(model.evaluate(images), 1);
      Tensor v = torch.ones_like(p).detach();
      v.requires_grad_(true);
      TensorVector parameters = new TensorVector();
      for (TensorSpec spec : model.vector().parameters()) {
        parameters.push_back(model.vector().value(spec.name()));
      }
      TensorVector gradients =
          torch.grad(
              new TensorVector(p.mul(v).sum()),
              parameters,
              new TensorVector(),
              new BoolOptional(true),
              true,
              false);
      Tensor along = torch.zeros(new long[0], TestNetworks.FLOAT64.options());
      long offset = 0;
      for (int i = 0; i < gradients.size(); i++) {
        Tensor gradient = gradients.get(i).reshape(-1);
        along = along.add(gradient.dot(g.narrow(0, offset, gradient.numel())));
        offset += gradient.numel();
      }
      return torch.grad(new TensorVector(along), new TensorVector(v)).get(0).mul(new Scalar(2));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void forwardModeEqualsDoubleBackward(long seed) {
    for (Network network : new Network[] {TestNetworks.smooth(), TestNetworks.normalised()}) {
      try (PointerScope scope = new PointerScope()) {
        Case c = Case.of(network, seed);
        double size = TestNetworks.distance(c.forward(), c.forward().mul(new Scalar(0)));
        assertTrue(size > 1e-2, "the direction is not zero");
        assertEquals(0, TestNetworks.distance(c.forward(), c.doubleBackward()), 1e-12 * size);
      }
    }
  }

  /** Their difference is of second order: a tenth of eps makes a hundredth of it. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void finiteDifferencesConvergeToForwardMode(long seed) {
    try (PointerScope scope = new PointerScope()) {
      Case c = Case.of(TestNetworks.normalised(), seed);
      double norm = c.g().norm().item_double();
      Tensor exact = c.forward();
      double before = TestNetworks.distance(c.finiteDifference(1e-2 / norm), exact);
      for (double epsilon : new double[] {1e-3, 1e-4}) {
        double now = TestNetworks.distance(c.finiteDifference(epsilon / norm), exact);
        assertEquals(100, before / now, 5, "seed " + seed + ", eps_0 " + epsilon);
        before = now;
      }
      double finest = TestNetworks.distance(c.finiteDifference(1e-5 / norm), exact);
      double size = TestNetworks.distance(exact, exact.mul(new Scalar(0)));
      assertEquals(0, finest, 1e-7 * size);
    }
  }

  /** theta + eps g - 2 eps g + eps g changes about half of the weights: the original's fault. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void parametersAreLeftBitForBit(long seed) {
    try (PointerScope scope = new PointerScope();
        Model model =
            new Model(
                Networks.create("convlarge", new NetworkOptions(10, 3, 0.05, 0)), Placement.CPU)) {
      model.vector().initialise(seed);
      Random random = new Random(seed);
      Tensor images =
          TestNetworks.normal(random, 3, 3, 12, 12).to(Placement.CPU.precision().type());
      Tensor g = flat(model, random).to(Placement.CPU.precision().type());
      Tensor before = model.vector().theta().clone();
      double epsilon = 0.01 / g.norm().item_double();
      new FiniteDifference().of(model, images, g, epsilon);
      assertTrue(before.equal(model.vector().theta()), "finite differences, seed " + seed);
      new ForwardDerivative().of(model, images, g, epsilon);
      assertTrue(before.equal(model.vector().theta()), "forward mode, seed " + seed);
      assertTrue(addSubtractAddChanges(model, g, epsilon), "the case is one that can go wrong");
    }
  }

  private static boolean addSubtractAddChanges(Model model, Tensor g, double epsilon) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor theta = model.vector().parameterValues().clone();
      Tensor moved = theta.clone();
      moved.add_(g, new Scalar(epsilon));
      moved.sub_(g, new Scalar(2 * epsilon));
      moved.add_(g, new Scalar(epsilon));
      return !moved.equal(theta);
    }
  }
}
