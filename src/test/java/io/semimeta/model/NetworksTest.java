package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.model.Placement.Precision;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class NetworksTest {
  private static Model convLarge(int classes, double width, Precision precision) {
    return new Model(
        Networks.create("convlarge", new NetworkOptions(classes, 3, width, 0.5)),
        new Placement("cpu", precision));
  }

  @Test
  void convLargeHasThePapersSize() {
    try (Model ten = convLarge(10, 1, Precision.FLOAT32);
        Model hundred = convLarge(100, 1, Precision.FLOAT32)) {
      assertEquals(3_121_802, ten.vector().parameterCount());
      assertEquals(3_133_412, hundred.vector().parameterCount());
    }
  }

  @Test
  void unknownNamesAreRefused() {
    UserError error =
        assertThrows(
            UserError.class, () -> Networks.create("resnet0", new NetworkOptions(10, 3, 1, 0.5)));
    assertEquals(
        "--architecture: unknown architecture 'resnet0'; known: "
            + String.join(", ", Networks.names())
            + ", torchscript:URI",
        error.getMessage());
  }

  /** PyTorch's defaults: uniform within 1/sqrt(fan in), which all of the range is used of. */
  @Test
  void initialWeightsFillTheirBounds() {
    try (PointerScope scope = new PointerScope();
        Model model = convLarge(10, 0.5, Precision.FLOAT32)) {
      model.vector().initialise(4);
      long fanIn = 1;
      for (TensorSpec spec : model.vector().specs()) {
        double[] values = TestNetworks.values(model.vector().value(spec.name()));
        if (!spec.name().endsWith("0.weight") && !spec.name().equals("classifier.0.bias")) {
          double constant = spec.name().matches(".*(1\\.weight|var)") ? 1 : 0;
          for (double value : values) {
            assertEquals(constant, value, spec.name());
          }
          continue;
        }
        if (spec.shape().length > 1) {
          fanIn = spec.size() / spec.shape()[0];
        }
        assertUniform(spec.name(), values, 1 / Math.sqrt((double) fanIn));
      }
    }
  }

  /** Moments of a uniform distribution, within five standard deviations of theirs. */
  private static void assertUniform(String name, double[] values, double bound) {
    double sum = 0;
    double squares = 0;
    Set<Double> distinct = new HashSet<>();
    for (double value : values) {
      assertTrue(Math.abs(value) <= bound * (1 + 1e-6), name);
      sum += value / bound;
      squares += value * value / (bound * bound);
      distinct.add(value);
    }
    double n = values.length;
    assertEquals(0, sum / n, 5 * Math.sqrt(1 / (3 * n)), name);
    assertEquals(1 / 3.0, squares / n, 5 * Math.sqrt(4 / (45 * n)), name);
    assertTrue(distinct.size() > 0.9 * Math.min(n, 1e5), name);
  }

  @Test
  void theSeedAloneDecidesTheWeights() {
    try (PointerScope scope = new PointerScope();
        Model single = convLarge(10, 0.1, Precision.FLOAT32);
        Model twice = convLarge(10, 0.1, Precision.FLOAT64);
        Model other = convLarge(10, 0.1, Precision.FLOAT32)) {
      single.vector().initialise(4);
      torch.rand(7); // whatever was drawn before
      twice.vector().initialise(4);
      other.vector().initialise(5);
      Tensor narrowed = twice.vector().theta().to(ScalarType.Float);
      assertTrue(single.vector().theta().equal(narrowed));
      assertTrue(TestNetworks.distance(single.vector().theta(), other.vector().theta()) > 0.01);
    }
  }

  /** As many features as the classifier has columns, which it turns into the logits, bit by bit. */
  @ParameterizedTest
  @MethodSource("io.semimeta.model.Networks#names")
  void theClassifierTurnsFeaturesIntoLogits(String name) {
    boolean scales = name.equals("convlarge") || name.startsWith("shake");
    NetworkOptions options = new NetworkOptions(7, 3, scales ? 0.1 : 1, 0.5);
    try (PointerScope scope = new PointerScope();
        Model model = new Model(Networks.create(name, options), Placement.CPU)) {
      model.vector().initialise(4);
      Tensor images = torch.rand(2, 3, 33, 34);
      Tensor features = model.features(images);
      List<String> classifier = List.copyOf(model.classifier());
      Tensor weight = model.vector().value(classifier.get(0));
      Tensor bias = model.vector().value(classifier.get(1));
      assertArrayEquals(new long[] {2, weight.size(1)}, features.shape());
      assertArrayEquals(new long[] {7}, bias.shape());
      assertFalse(features.requires_grad());
      assertTrue(TestNetworks.distance(features.select(0, 0), features.select(0, 1)) > 0);
      Tensor logits = torch.linear(features, weight, new TensorOptional(bias));
      assertTrue(logits.equal(model.predict(images)), name);
      Network.Output both = model.output(images);
      assertTrue(features.equal(both.features()) && logits.equal(both.logits()), name);
      assertFalse(both.logits().requires_grad());
    }
  }

  /** Tensors are views of one vector: a change of either is one of the other. */
  @Test
  void theVectorHoldsTheTensorsInOrder() {
    try (PointerScope scope = new PointerScope();
        Model model = convLarge(10, 0.05, Precision.FLOAT32)) {
      model.vector().initialise(4);
      double[] flat = TestNetworks.values(model.vector().theta());
      int at = 0;
      for (TensorSpec spec : model.vector().specs()) {
        double[] own = TestNetworks.values(model.vector().value(spec.name()));
        double[] slice = Arrays.copyOfRange(flat, at, at + own.length);
        assertArrayEquals(slice, own, spec.name());
        at += own.length;
      }
      assertEquals(flat.length, at);
    }
  }

  @Test
  void dropoutAndBatchStatisticsOnlyInTrainMode() {
    try (PointerScope scope = new PointerScope();
        Model model = convLarge(10, 0.1, Precision.FLOAT32)) {
      model.vector().initialise(4);
      torch.manual_seed(1);
      Tensor images = torch.rand(4, 3, 16, 16);
      assertTrue(model.predict(images).equal(model.predict(images)));
      Tensor alone = model.predict(images.narrow(0, 0, 1));
      assertTrue(TestNetworks.distance(alone, model.predict(images).narrow(0, 0, 1)) < 1e-5);
      Tensor before = model.vector().theta().clone();
      model.vector().zeroGradient();
      Tensor first = model.train(images);
      assertTrue(TestNetworks.distance(first, model.train(images)) > 1e-3, "dropout");
      assertEquals(2, model.batchesTracked());
      assertTrue(before.equal(model.vector().theta()), "statistics move in the gradient's tail");
      assertTrue(
          !model.vector().statisticGradient().equal(model.vector().statisticValues()), "moved");
    }
  }
}
