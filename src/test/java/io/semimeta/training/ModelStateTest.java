package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class ModelStateTest {
  private static Model model(double width, long seed) {
    Model model =
        new Model(
            Networks.create("convlarge", new NetworkOptions(10, 3, width, 0.5)), Placement.CPU);
    model.vector().initialise(seed);
    return model;
  }

  /** The names and shapes that PyTorch's state_dict() of the authors' network has. */
  @Test
  void theStateDictIsPyTorchs() {
    try (PointerScope scope = new PointerScope();
        Model model = model(1, 0)) {
      model.setBatchesTracked(123);
      Map<String, StoredTensor> stored = ModelState.store(model);
      int[] out = {128, 128, 128, 256, 256, 256, 512, 256, 128};
      long in = 3;
      List<String> names = new ArrayList<>();
      for (int i = 0; i < out.length; i++) {
        String block = "block" + (i + 1);
        long kernel = i < 7 ? 3 : 1;
        assertShape(stored, names, block + ".0.weight", out[i], in, kernel, kernel);
        for (String name : new String[] {"weight", "bias", "running_mean", "running_var"}) {
          assertShape(stored, names, block + ".1." + name, out[i]);
        }
        assertShape(stored, names, block + ".1.num_batches_tracked");
        StoredTensor tracked = stored.get(block + ".1.num_batches_tracked");
        assertEquals("I64", tracked.dtype());
        assertEquals(123, tracked.data().getLong(0));
        in = out[i];
      }
      assertShape(stored, names, "classifier.0.weight", 10, 128);
      assertShape(stored, names, "classifier.0.bias", 10);
      assertEquals(names.stream().sorted().toList(), stored.keySet().stream().sorted().toList());
    }
  }

  private static void assertShape(
      Map<String, StoredTensor> stored, List<String> names, String name, long... shape) {
    names.add(name);
    assertTrue(stored.containsKey(name), name);
    assertArrayEquals(shape, stored.get(name).shape(), name);
    assertEquals(name.endsWith("tracked") ? "I64" : "F32", stored.get(name).dtype());
  }

  private static Checkpoint checkpoint(Model model, Tensor velocity) {
    return new Checkpoint(
        1,
        ModelState.store(model),
        ModelState.store(velocity, model),
        new ObjectMapper().createObjectNode());
  }

  @Test
  void whatWasStoredIsLoadedBitForBit() {
    try (PointerScope scope = new PointerScope();
        Model written = model(0.05, 1);
        Model read = model(0.05, 2)) {
      written.setBatchesTracked(77);
      written.vector().statisticValues().add_(new Scalar(0.3));
      Tensor velocity = written.vector().parameterValues().mul(new Scalar(3)).detach();
      Checkpoint checkpoint = checkpoint(written, velocity);
      assertTrue(!written.vector().theta().equal(read.vector().theta()));
      ModelState.load(checkpoint.model(), read, "here");
      assertTrue(written.vector().theta().equal(read.vector().theta()));
      assertEquals(77, read.batchesTracked());
      Tensor restored = velocity.clone().zero_();
      ModelState.loadVelocity(checkpoint, restored, read, "here");
      assertTrue(velocity.equal(restored));
    }
  }

  private static void assertRefused(String message, Consumer<Map<String, StoredTensor>> change) {
    try (PointerScope scope = new PointerScope();
        Model model = model(0.05, 1)) {
      Map<String, StoredTensor> tensors = new LinkedHashMap<>(ModelState.store(model));
      change.accept(tensors);
      UserError error =
          assertThrows(UserError.class, () -> ModelState.load(tensors, model, "here"));
      assertEquals("here: " + message, error.getMessage());
    }
  }

  /** Fault 10: strict. */
  @Test
  void whatDoesNotFitIsNamed() {
    assertRefused("tensor 'block3.1.bias' is missing", tensors -> tensors.remove("block3.1.bias"));
    assertRefused(
        "tensor 'block3.1.num_batches_tracked' is missing",
        tensors -> tensors.remove("block3.1.num_batches_tracked"));
    assertRefused(
        "tensor 'block3.1.num_batches_tracked' is F32[10], not I64[]",
        tensors -> tensors.put("block3.1.num_batches_tracked", tensors.get("classifier.0.bias")));
    assertRefused(
        "the network has no tensor 'block10.0.weight'",
        tensors -> tensors.put("block10.0.weight", tensors.get("block9.0.weight")));
    assertRefused(
        "tensor 'classifier.0.bias' is [5, 2], the network's is [10]",
        tensors ->
            tensors.put(
                "classifier.0.bias",
                new StoredTensor("F32", new long[] {5, 2}, ByteBuffer.allocate(40))));
    assertRefused(
        "tensor 'classifier.0.bias' has type I64; F32 and F64 are read",
        tensors ->
            tensors.put(
                "classifier.0.bias",
                new StoredTensor("I64", new long[] {10}, ByteBuffer.allocate(80))));
  }

  @Test
  void aMissingVelocityIsNamed() {
    try (PointerScope scope = new PointerScope();
        Model model = model(0.05, 1)) {
      Tensor velocity = model.vector().parameterValues().detach().clone();
      Map<String, StoredTensor> tensors = new LinkedHashMap<>(ModelState.store(velocity, model));
      tensors.remove("block1.0.weight");
      Checkpoint changed =
          new Checkpoint(
              1, ModelState.store(model), tensors, new ObjectMapper().createObjectNode());
      UserError error =
          assertThrows(
              UserError.class, () -> ModelState.loadVelocity(changed, velocity, model, "here"));
      assertEquals("here: tensor 'block1.0.weight' is missing", error.getMessage());
    }
  }
}
