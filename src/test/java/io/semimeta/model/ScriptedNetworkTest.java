package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Networks that PyTorch exported: made by {@code src/test/python/torchscript.py}. */
class ScriptedNetworkTest {
  private static ScriptedNetwork load(String name) {
    return ScriptedNetwork.load(TestNetworks.script(name), TestNetworks.FLOAT64);
  }

  private static List<String> lines(Consumer<Consumer<TensorSpec>> tensors) {
    List<String> lines = new ArrayList<>();
    tensors.accept(spec -> lines.add(spec.name() + Arrays.toString(spec.shape())));
    return lines;
  }

  @Test
  void tensorsHaveTheStateDictsNames() {
    ScriptedNetwork scripted = load("smooth");
    Network named = TestNetworks.dropping();
    assertEquals(lines(named::parameters), lines(scripted::parameters));
    assertEquals(lines(named::statistics), lines(scripted::statistics));
    assertTrue(scripted.constants().isEmpty());
  }

  /** A frozen parameter and a buffer of whole numbers are none of the vector's. */
  @Test
  void whatIsNotTrainedStaysInTheNetwork() {
    ScriptedNetwork network = load("residual-3");
    assertEquals(List.of("scale", "order"), List.copyOf(network.constants().keySet()));
    assertTrue(lines(network::parameters).stream().noneMatch(line -> line.startsWith("scale")));
    assertEquals(4, lines(network::statistics).size());
  }

  /** One pass after the other, so that each begins with what the one before left. */
  @Test
  void passesEqualThoseOfTheSameNetworkMadeHere() {
    try (PointerScope scope = new PointerScope();
        Model named = TestNetworks.model(TestNetworks.dropping(), 3);
        Model scripted = TestNetworks.model(load("smooth"), 3)) {
      Random random = new Random(1);
      Tensor direction = TestNetworks.normal(random, named.vector().parameterCount());
      for (int i = 0; i < 3; i++) {
        Tensor images = TestNetworks.images(random, 5);
        assertEquals(
            0, TestNetworks.distance(named.predict(images), scripted.predict(images)), 1e-12);
        ForwardMode.Dual expected = named.derivative(images, direction);
        ForwardMode.Dual actual = scripted.derivative(images, direction);
        assertEquals(0, TestNetworks.distance(expected.value(), actual.value()), 1e-12);
        assertTrue(expected.tangent().norm().item().toDouble() > 1);
        assertEquals(0, TestNetworks.distance(expected.tangent(), actual.tangent()), 1e-10);
        assertEquals(
            0, TestNetworks.distance(train(named, images), train(scripted, images)), 1e-12);
        Tensor before = scripted.vector().theta().clone();
        named.vector().adoptStatistics();
        scripted.vector().adoptStatistics();
        assertTrue(TestNetworks.distance(before, scripted.vector().theta()) > 1e-3);
        assertEquals(
            0, TestNetworks.distance(named.vector().theta(), scripted.vector().theta()), 1e-12);
      }
    }
  }

  private static Tensor train(Model model, Tensor images) {
    try (NoGradGuard guard = new NoGradGuard()) {
      model.vector().zeroGradient();
      torch.manual_seed(7); // dropout
      return model.train(images);
    }
  }

  /** BatchNorm without momentum weighs a batch by how many there were. */
  @Test
  void batchNormHearsOfThePassesBefore() {
    try (PointerScope scope = new PointerScope();
        Model model = new Model(load("residual-3"), TestNetworks.FLOAT64)) {
      model.vector().initialise(1);
      model.vector().parameterValues().detach().fill_(new Scalar(0.1));
      Tensor images = TestNetworks.normal(new Random(1), 4, 1, 12, 12);
      Tensor[] moved = new Tensor[2];
      for (int passes = 0; passes < 2; passes++) {
        model.setBatchesTracked(passes);
        train(model, images);
        moved[passes] = model.vector().statisticGradient().narrow(0, 12, 6).clone();
      }
      assertTrue(moved[0].abs().max().item().toDouble() > 1e-3);
      assertEquals(0, TestNetworks.distance(moved[0], moved[1].mul(new Scalar(2))), 1e-12);
    }
  }

  @Test
  void theProgramIsTheNetworkWithoutItsWeights() throws IOException {
    byte[] program = load("smooth").program();
    try (PointerScope scope = new PointerScope();
        Model whole = TestNetworks.model(load("smooth"), 3);
        Model loaded = TestNetworks.model(ScriptedNetwork.load(program, TestNetworks.FLOAT64), 3)) {
      Tensor images = TestNetworks.images(new Random(1), 5);
      assertTrue(whole.predict(images).equal(loaded.predict(images)));
      assertTrue(train(whole, images).equal(train(loaded, images)));
      assertEquals(
          lines(to -> whole.vector().specs().forEach(to)),
          lines(to -> loaded.vector().specs().forEach(to)));
    }
  }

  /** Features come through the program that a run keeps, and are those of the file's classifier. */
  @Test
  void exportedFeaturesAreTheClassifiersInput() throws IOException {
    byte[] program = load("features").program();
    try (PointerScope scope = new PointerScope();
        Model named = TestNetworks.model(TestNetworks.dropping(), 3);
        Model model = TestNetworks.model(ScriptedNetwork.load(program, TestNetworks.FLOAT64), 3)) {
      Tensor images = TestNetworks.images(new Random(1), 5);
      Tensor features = model.features(images);
      assertArrayEquals(new long[] {5, 6}, features.shape());
      assertEquals(0, TestNetworks.distance(named.features(images), features), 1e-12);
      Tensor logits =
          torch.linear(
              features,
              model.vector().value("classifier.0.weight"),
              new TensorOptional(model.vector().value("classifier.0.bias")));
      assertTrue(logits.equal(model.predict(images)));
    }
  }

  @Test
  void featuresThatNobodyExportedAreRefused() {
    try (PointerScope scope = new PointerScope();
        Model without = TestNetworks.model(load("smooth"), 3);
        Model wrong = TestNetworks.model(load("features-of-pixels"), 3)) {
      Tensor images = TestNetworks.images(new Random(1), 5);
      String message = assertThrows(UserError.class, () -> without.features(images)).getMessage();
      assertTrue(message.startsWith("exports no method 'features'; "), message);
      assertEquals(
          "its method 'features' gives a Tensor of [5, 6, 6, 6] for 5 images; it must give one"
              + " tensor (batch, features)",
          assertThrows(UserError.class, () -> wrong.features(images)).getMessage());
    }
  }

  @Test
  void tracingInAModeIsSeen() {
    assertEquals(Optional.of("batch_norm"), load("traced-eval").fixedOperator());
    assertEquals(Optional.of("feature_dropout"), load("traced-dropout").fixedOperator());
    for (String name : List.of("smooth", "residual-3", "traced-plain")) {
      assertEquals(Optional.empty(), load(name).fixedOperator(), name);
    }
  }

  @Test
  void whatCannotBeTrainedIsRefused() throws IOException {
    assertEquals(
        "has no parameters to train; it is frozen",
        assertThrows(UserError.class, () -> load("frozen")).getMessage());
    Path text = Files.createTempFile("semimeta", ".pt");
    try {
      UserError error =
          assertThrows(UserError.class, () -> ScriptedNetwork.load(text, TestNetworks.FLOAT64));
      assertTrue(error.getMessage().startsWith("not a TorchScript file: "), error.getMessage());
      assertEquals(1, error.getMessage().lines().count());
    } finally {
      Files.delete(text);
    }
  }
}
