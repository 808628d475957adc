package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.Model;
import io.semimeta.model.ScriptedNetwork;
import io.semimeta.model.TestNetworks;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** A network from a TorchScript file against the same one made here, in float64. */
class ScriptedStepTest {
  private static final int C = TestNetworks.CLASSES;
  private static final int B = 6;
  private static final long SEED = 5;

  private static final List<Function<Model, TrainStep>> STEPS =
      List.of(
          model -> new SupervisedStep(model, C),
          model -> new PseudoLabelStep(model, C, true),
          model -> semiMeta(model, new FiniteDifference()),
          model -> semiMeta(model, new ForwardDerivative()));

  private static SemiMetaStep semiMeta(Model model, MetaGradient way) {
    return new SemiMetaStep(model, C, way, 0.01, true, new SoloCollective());
  }

  private static Model scripted() {
    return TestNetworks.model(
        ScriptedNetwork.load(TestNetworks.script("smooth"), TestNetworks.FLOAT64), SEED);
  }

  private static Batch batch(boolean mixUp) {
    Random random = new Random(SEED);
    Optional<Tensor> weights =
        mixUp ? Optional.of(TestNetworks.normal(random, B, 1).sigmoid()) : Optional.empty();
    return new Batch(
        TestNetworks.images(random, B),
        TestNetworks.labels(random, B),
        TestNetworks.images(random, B),
        TestNetworks.labels(random, B),
        weights,
        1);
  }

  @Test
  void everyMethodsGradientIsTheSame() {
    StepSettings settings = new StepSettings(0.3, 0.7);
    for (boolean mixUp : new boolean[] {false, true}) {
      for (Function<Model, TrainStep> step : STEPS) {
        try (PointerScope scope = new PointerScope();
            Model expected = TestNetworks.model(TestNetworks.dropping(), SEED);
            Model actual = scripted()) {
          step.apply(expected).gradient(batch(mixUp), settings, StepClock.NONE);
          step.apply(actual).gradient(batch(mixUp), settings, StepClock.NONE);
          assertTrue(expected.vector().parameterGradient().norm().item().toDouble() > 1e-2);
          assertEquals(
              0,
              TestNetworks.distance(expected.vector().gradient(), actual.vector().gradient()),
              1e-8);
        }
      }
    }
  }

  /** Their difference is of second order: a tenth of eps makes a hundredth of it. */
  @Test
  void finiteDifferencesConvergeToForwardMode() {
    try (PointerScope scope = new PointerScope();
        Model model = scripted()) {
      Random random = new Random(SEED);
      Tensor images = TestNetworks.images(random, B);
      Tensor g = TestNetworks.normal(random, model.vector().parameterCount());
      Tensor exact = new ForwardDerivative().of(model, images, g, 0).direction();
      double norm = g.norm().item_double();
      double before = 0;
      for (double epsilon : new double[] {1e-2, 1e-3, 1e-4}) {
        Tensor d = new FiniteDifference().of(model, images, g, epsilon / norm).direction();
        double now = TestNetworks.distance(d, exact);
        if (before > 0) {
          assertEquals(100, before / now, 5, "eps_0 " + epsilon);
        }
        before = now;
      }
      double size = TestNetworks.distance(exact, exact.mul(new Scalar(0)));
      assertEquals(0, before, 1e-5 * size);
    }
  }
}
