package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.checkpoint.Safetensors;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorSpec;
import io.semimeta.plan.NetworkPlan;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialWeightsTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  private static NetworkPlan plan(int classes, int channels) {
    NetworkOptions options = new NetworkOptions(classes, channels, 0.05, 0.5);
    return new NetworkPlan("convlarge", options, Placement.CPU, false);
  }

  private static Model drawn(NetworkPlan plan, long seed) {
    Model model = plan.create();
    model.vector().initialise(seed);
    model.setBatchesTracked(seed);
    return model;
  }

  private String write(Map<String, StoredTensor> tensors) throws IOException {
    Path file = folder.resolve("weights.safetensors");
    try (OutputStream out = Files.newOutputStream(file)) {
      Safetensors.write(out, tensors, Map.of());
    }
    return file.toString();
  }

  @Test
  void aStateDictTakesTheDrawsPlace() throws IOException {
    NetworkPlan plan = plan(10, 3);
    try (PointerScope scope = new PointerScope();
        Model other = drawn(plan, 1);
        Model model = plan.create()) {
      InitialWeights weights = InitialWeights.read(write(ModelState.store(other)), CONF);
      weights.requireFit(plan);
      assertFalse(weights.hasOtherClasses(plan));
      weights.load(model, 2);
      assertTrue(other.vector().theta().equal(model.vector().theta()));
      assertEquals(1, model.batchesTracked());
    }
  }

  /** As in torchvision's first ResNets, which are older than the counters. */
  @Test
  void countersThatAreMissingAreZero() throws IOException {
    NetworkPlan plan = plan(10, 3);
    try (PointerScope scope = new PointerScope();
        Model other = drawn(plan, 1);
        Model model = plan.create()) {
      Map<String, StoredTensor> old = ModelState.store(other);
      old.keySet().removeIf(name -> name.endsWith("num_batches_tracked"));
      InitialWeights weights = InitialWeights.read(write(old), CONF);
      weights.requireFit(plan);
      weights.load(model, 2);
      assertTrue(other.vector().theta().equal(model.vector().theta()));
      assertEquals(0, model.batchesTracked());
    }
  }

  @Test
  void aClassifierOfOtherClassesIsDrawn() throws IOException {
    NetworkPlan plan = plan(7, 3);
    try (PointerScope scope = new PointerScope();
        Model other = drawn(plan(10, 3), 1);
        Model own = drawn(plan, 2);
        Model model = plan.create()) {
      InitialWeights weights = InitialWeights.read(write(ModelState.store(other)), CONF);
      weights.requireFit(plan);
      assertTrue(weights.hasOtherClasses(plan));
      weights.load(model, 2);
      for (TensorSpec spec : model.vector().specs()) {
        boolean isClassifier = spec.name().startsWith("classifier");
        Tensor expected = (isClassifier ? own : other).vector().value(spec.name());
        assertTrue(expected.equal(model.vector().value(spec.name())), spec.name());
      }
    }
  }

  @Test
  void anotherNetworksStateDictIsRefused() throws IOException {
    try (Model other = drawn(plan(10, 3), 1)) {
      Map<String, StoredTensor> whole = ModelState.store(other);
      assertRefused("tensor 'block1.0.weight' is [6, 3, 3, 3], ", whole, plan(10, 1));
      Map<String, StoredTensor> fewer = new LinkedHashMap<>(whole);
      StoredTensor weight = fewer.remove("classifier.0.weight");
      assertRefused("tensor 'classifier.0.weight' is missing; ", fewer, plan(10, 3));
      assertRefused("tensor 'classifier.0.weight' is missing; ", fewer, plan(7, 3));
      fewer.put("fc.weight", weight);
      fewer.put("classifier.0.weight", whole.get("classifier.0.bias"));
      assertRefused("tensor 'classifier.0.weight' is [10], ", fewer, plan(7, 3));
      Map<String, StoredTensor> more = new LinkedHashMap<>(whole);
      more.put("head.weight", weight);
      assertRefused("the network has no tensor 'head.weight'; ", more, plan(10, 3));
    }
  }

  private void assertRefused(String message, Map<String, StoredTensor> tensors, NetworkPlan plan)
      throws IOException {
    String file = write(tensors);
    InitialWeights weights = InitialWeights.read(file, CONF);
    UserError error = assertThrows(UserError.class, () -> weights.requireFit(plan));
    String text = error.getMessage();
    assertTrue(text.startsWith("--init-from: " + file + ": " + message), text);
    assertTrue(
        text.endsWith("give the state dict of a convlarge, or another --architecture or --width"),
        text);
  }

  /** It would look like a learning rate that is too high. */
  @Test
  void weightsThatAreNotFiniteAreRefused() throws IOException {
    try (Model other = drawn(plan(10, 3), 1)) {
      for (float value : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
        Map<String, StoredTensor> tensors = new LinkedHashMap<>(ModelState.store(other));
        ByteBuffer bias =
            ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN).putFloat(36, value);
        tensors.put("classifier.0.bias", new StoredTensor("F32", new long[] {10}, bias));
        String file = write(tensors);
        UserError error = assertThrows(UserError.class, () -> InitialWeights.read(file, CONF));
        assertTrue(
            error
                .getMessage()
                .startsWith(
                    "--init-from: %s: tensor 'classifier.0.bias' holds NaN or infinite values; "
                        .formatted(file)),
            error.getMessage());
      }
    }
  }

  @Test
  void whatIsNoSafetensorsFileIsRefused() throws IOException {
    Path file = Files.writeString(folder.resolve("model.pth"), "PK, a zip archive of pickles");
    for (String source : new String[] {file.toString(), folder + "/none", folder.toString()}) {
      UserError error = assertThrows(UserError.class, () -> InitialWeights.read(source, CONF));
      assertTrue(error.getMessage().startsWith("--init-from: "), error.getMessage());
      assertTrue(error.getMessage().contains(source), error.getMessage());
      assertTrue(error.getMessage().endsWith("or a checkpoint's step folder"), error.getMessage());
    }
  }

  /** Whoever opens a pipe waits for somebody to write to it. */
  @Test
  void aPipeIsRefused() throws IOException, InterruptedException {
    Path pipe = folder.resolve("model.safetensors");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    UserError error =
        assertThrows(UserError.class, () -> InitialWeights.read(pipe.toString(), CONF));
    assertTrue(error.getMessage().contains("no regular file, but a pipe"), error.getMessage());
  }
}
