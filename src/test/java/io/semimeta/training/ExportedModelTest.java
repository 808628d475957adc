package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Safetensors;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorBytes;
import io.semimeta.plan.NetworkPlan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.FloatBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same networks in PyTorch: {@code src/test/python/record_logits.py} wrote what it says. */
class ExportedModelTest {
  private static final int IMAGES = 8;
  private static final int CHANNELS = 3;
  private static final int SIDE = 13;
  private static final int CLASSES = 10;

  private static Map<String, StoredTensor> stateDict(String architecture) throws IOException {
    try (InputStream in =
        ExportedModelTest.class.getResourceAsStream(architecture + ".safetensors")) {
      byte[] bytes = in.readAllBytes();
      return Safetensors.read(new ByteArrayInputStream(bytes), bytes.length, "test");
    }
  }

  private static Model network(String architecture) {
    double width = architecture.equals("convlarge") ? 1.0 / 32 : 1.0 / 96;
    NetworkOptions options = new NetworkOptions(CLASSES, CHANNELS, width, 0.5);
    return new NetworkPlan(architecture, options, Placement.CPU, false).create();
  }

  private static Tensor images() {
    float[] values = new float[IMAGES * CHANNELS * SIDE * SIDE];
    for (int i = 0; i < values.length; i++) {
      int image = i / (CHANNELS * SIDE * SIDE);
      values[i] = (((long) i * i + 31L * i * image) % 251 - 125) / 128f;
    }
    return Tensor.create(values, IMAGES, CHANNELS, SIDE, SIDE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"convlarge", "shake-shake-26"})
  void logitsEqualPyTorchs(String architecture) throws IOException {
    float[][] expected;
    try (InputStream in = ExportedModelTest.class.getResourceAsStream(architecture + ".json")) {
      expected = new JsonMapper().readValue(in, float[][].class);
    }
    try (PointerScope scope = new PointerScope();
        Model model = network(architecture)) {
      ModelState.load(stateDict(architecture), model, "test");
      FloatBuffer logits = TensorBytes.copy(model.predict(images())).asFloatBuffer();
      for (int i = 0; i < IMAGES; i++) {
        for (int c = 0; c < CLASSES; c++) {
          assertEquals(expected[i][c], logits.get(), 1e-5, "image " + i + ", class " + c);
        }
      }
      assertEquals(0, logits.remaining());
      assertEquals(20, model.batchesTracked());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"convlarge", "shake-shake-26"})
  void theStoredModelIsPyTorchsStateDict(String architecture) throws IOException {
    Map<String, StoredTensor> stateDict = stateDict(architecture);
    try (PointerScope scope = new PointerScope();
        Model model = network(architecture)) {
      ModelState.load(stateDict, model, "test");
      assertEquals(stateDict, ModelState.store(model));
    }
  }

  @Test
  void everyTensorMustBeThereAndNoOther() throws IOException {
    Map<String, StoredTensor> fewer = new LinkedHashMap<>(stateDict("convlarge"));
    StoredTensor mean = fewer.remove("block3.1.running_mean");
    Map<String, StoredTensor> more = new LinkedHashMap<>(stateDict("convlarge"));
    more.put("block3.1.other", mean);
    Map<String, StoredTensor> others = new LinkedHashMap<>(stateDict("convlarge"));
    others.put("block7.1.running_mean", mean);
    try (Model model = network("convlarge")) {
      assertRefused("'block3.1.running_mean' is missing", fewer, model);
      assertRefused("no tensor 'block3.1.other'", more, model);
      assertRefused("'block7.1.running_mean' is [4], the network's is [16]", others, model);
    }
  }

  private static void assertRefused(
      String message, Map<String, StoredTensor> tensors, Model model) {
    UserError error = assertThrows(UserError.class, () -> ModelState.load(tensors, model, "file"));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }
}
