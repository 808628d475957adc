package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

/** Networks that torchvision has too; what they compute is {@code GoldenStepTest}'s. */
class TorchvisionTest {
  private static final NetworkOptions IMAGENET = new NetworkOptions(1000, 3, 1, 0.5);

  /** Lines "name sizes" of torchvision's state dicts, by architecture. */
  private static Map<String, List<String>> stateDicts() throws IOException {
    Map<String, List<String>> all = new LinkedHashMap<>();
    List<String> current = new ArrayList<>();
    try (InputStream in = TorchvisionTest.class.getResourceAsStream("torchvision.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (String line : text.lines().filter(any -> !any.startsWith("#")).toList()) {
        if (line.startsWith("architecture ")) {
          current = new ArrayList<>();
          all.put(line.substring("architecture ".length()), current);
        } else {
          current.add(line);
        }
      }
    }
    return all;
  }

  private static List<String> lines(Consumer<Consumer<TensorSpec>> tensors) {
    List<String> lines = new ArrayList<>();
    tensors.accept(
        spec -> {
          StringBuilder line = new StringBuilder(spec.name());
          for (long size : spec.shape()) {
            line.append(' ').append(size);
          }
          lines.add(line.toString());
        });
    return lines;
  }

  @Test
  void namesShapesAndOrderAreTorchvisions() throws IOException {
    Map<String, List<String>> stateDicts = stateDicts();
    Set<String> ours = new HashSet<>(Networks.names());
    ours.removeAll(List.of("convlarge", "shake-shake-26"));
    assertEquals(ours, stateDicts.keySet());
    stateDicts.forEach(
        (name, lines) -> {
          Layer network = Networks.create(name, IMAGENET);
          List<String> statistics = lines.stream().filter(l -> l.contains(".running_")).toList();
          List<String> parameters = lines.stream().filter(l -> !l.contains(".running_")).toList();
          assertEquals(parameters, lines(network::parameters), name);
          assertEquals(statistics, lines(network::statistics), name);
        });
  }

  @Test
  void greyImagesAndOtherClassesChangeTheEndsAlone() {
    List<String> grey =
        lines(Networks.create("resnet50", new NetworkOptions(7, 1, 1, 0.5))::parameters);
    List<String> expected = lines(Networks.create("resnet50", IMAGENET)::parameters);
    expected.set(0, "conv1.weight 64 1 7 7");
    expected.set(expected.size() - 2, "fc.weight 7 2048");
    expected.set(expected.size() - 1, "fc.bias 7");
    assertEquals(expected, grey);
  }

  @Test
  void theirWidthIsFixed() {
    UserError error =
        assertThrows(
            UserError.class,
            () -> Networks.create("resnet18", new NetworkOptions(10, 3, 0.5, 0.5)));
    assertEquals("--width 0.5: resnet18 has one width only; leave --width out", error.getMessage());
  }

  /** Convolutions are normal with variance 2 / fan out; moments within five deviations. */
  @Test
  void convolutionsStartAsHeEtAl() {
    try (PointerScope scope = new PointerScope();
        Model model = new Model(Networks.create("resnet18", IMAGENET), Placement.CPU)) {
      model.vector().initialise(4);
      for (TensorSpec spec : model.vector().parameters()) {
        if (spec.shape().length < 4) {
          continue;
        }
        Tensor value = model.vector().value(spec.name()).detach();
        double n = spec.size();
        double variance = 2 * spec.shape()[1] / n;
        assertEquals(0, value.mean().item().toDouble(), 5 * Math.sqrt(variance / n), spec.name());
        double square = value.square().mean().item().toDouble();
        assertEquals(1, square / variance, 5 * Math.sqrt(2 / n), spec.name());
      }
      double bound = 1 / Math.sqrt(512);
      double largest = model.vector().value("fc.weight").detach().abs().max().item().toDouble();
      assertTrue(largest <= bound && largest > 0.99 * bound, "fc is uniform");
    }
  }

  /** Of the smallest images the last stage sees one pixel, halved from two. */
  @Test
  void theSmallestImagesPass() {
    try (PointerScope scope = new PointerScope();
        Model model = new Model(Networks.create("resnet18", IMAGENET), TestNetworks.FLOAT64)) {
      model.vector().initialise(4);
      int side = Networks.smallestImage("resnet18");
      Tensor logits = model.predict(TestNetworks.normal(new Random(1), 2, 3, side, side));
      assertTrue(Double.isFinite(logits.norm().item().toDouble()));
    }
  }

  /** A tangent for each of 62 parameters, and all of them together no larger than the vector. */
  @Test
  void aDerivativeNeedsOneVectorMore() {
    try (PointerScope scope = new PointerScope();
        Model model = new Model(Networks.create("resnet18", IMAGENET), Placement.CPU)) {
      model.vector().initialise(4);
      Tensor direction = model.vector().parameterValues().detach().clone();
      Tensor images = torch.rand(1, 3, 32, 32);
      long before = Pointer.physicalBytes();
      model.derivative(images, direction);
      long vector = Float.BYTES * model.vector().theta().numel();
      long needed = Pointer.physicalBytes() - before;
      assertTrue(needed < 8 * vector, needed + " bytes, vectors of " + vector);
    }
  }
}
