package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A folded network predicts what the network predicts. */
class FoldingTest {
  private static final int SEED = 23;
  private static final int CLASSES = 7;

  private static List<String> names() {
    return Networks.names();
  }

  /** Gives BatchNorm's scales, shifts and statistics values like a trained network's. */
  private static Model trained(Network network) {
    System.out.println("seed " + SEED);
    Model model = new Model(network, Placement.CPU);
    model.vector().initialise(SEED);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (TensorSpec spec : model.vector().specs()) {
        Tensor value = model.vector().value(spec.name());
        if (spec.initial() instanceof TensorSpec.Initial.Constant constant) {
          value.copy_(
              constant.value() == 1
                  ? torch.rand(spec.shape()).add(new Scalar(0.5))
                  : torch.randn(spec.shape()).mul(new Scalar(0.2)));
        }
      }
    }
    return model;
  }

  private static Network network(String name, int channels) {
    return Networks.create(name, new NetworkOptions(CLASSES, channels, 1, 0.5));
  }

  /** The largest difference, as a share of the largest value. */
  private static double difference(Tensor a, Tensor b) {
    return TestNetworks.distance(a, b) / a.abs().max().item_double();
  }

  private static void assertRounded(Model model, Tensor images) {
    Network.Output before = model.output(images);
    Tensor evaluated = model.evaluate(images);
    model.fold();
    Network.Output after = model.output(images);
    assertTrue(difference(before.logits(), after.logits()) < 1e-5);
    assertTrue(difference(before.features(), after.features()) < 1e-5);
    assertTrue(after.logits().equal(model.predict(images)));
    assertTrue(after.features().equal(model.features(images)));
    assertTrue(evaluated.equal(model.evaluate(images)), "what training computes with is unchanged");
    assertNotEquals(0, TestNetworks.distance(before.logits(), after.logits()), "it is folded");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyNamedNetworkGivesTheSameToRounding(String name) {
    try (PointerScope scope = new PointerScope();
        Model model = trained(network(name, 3))) {
      assertRounded(model, torch.randn(3, 3, 33, 40));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"convlarge", "resnet18", "shake-shake-26"})
  void greyImagesAndSingleOnesToo(String name) {
    try (PointerScope scope = new PointerScope();
        Model model = trained(network(name, 1))) {
      assertRounded(model, torch.randn(1, 1, 32, 32));
    }
  }

  /** Whoever looks at the outputs sees that something is wrong. */
  @ParameterizedTest
  @ValueSource(strings = {"convlarge", "resnet18", "shake-shake-26"})
  void whatIsNotFiniteStaysSo(String name) {
    try (PointerScope scope = new PointerScope();
        Model model = trained(network(name, 3))) {
      Tensor images = torch.randn(2, 3, 32, 32);
      images.narrow(0, 1, 1).fill_(new Scalar(Float.NaN));
      model.fold();
      Tensor logits = model.predict(images);
      assertTrue(logits.narrow(0, 0, 1).isfinite().all().item_bool());
      assertTrue(logits.narrow(0, 1, 1).isnan().all().item_bool());
    }
  }

  @Test
  void weightsThatAreNotFiniteAreNotFolded() {
    try (PointerScope scope = new PointerScope();
        Model model = trained(network("resnet18", 3));
        NoGradGuard guard = new NoGradGuard()) {
      model.vector().value("bn1.running_var").fill_(new Scalar(Float.POSITIVE_INFINITY));
      Tensor images = torch.randn(2, 3, 32, 32);
      Tensor before = model.predict(images);
      model.fold();
      assertTrue(before.equal(model.predict(images)));
    }
  }

  @Test
  void aTorchScriptNetworkIsItself() {
    try (Network network = ScriptedNetwork.load(TestNetworks.script("residual-3"), Placement.CPU)) {
      assertSame(network, network.folded(name -> null));
    }
  }
}
