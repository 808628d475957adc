package io.semimeta.checkpoint;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;

/** Small checkpoints for tests, and what makes two alike. */
public final class Checkpoints {
  private Checkpoints() {}

  static StoredTensor floats(float... values) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Float.BYTES * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return new StoredTensor("F32", new long[] {values.length}, bytes);
  }

  static StoredTensor scalar(long value) {
    ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    return new StoredTensor("I64", new long[0], bytes.putLong(0, value));
  }

  /**
   * Two runs' weights and momentum after a step are the same, to the byte.
   *
   * @param expected one run's output
   * @param actual the other's
   * @param what is compared, for the message
   */
  public static void assertSame(Path expected, Path actual, long step, String what)
      throws IOException {
    for (String file : List.of("model.safetensors", "optimizer.safetensors")) {
      String path = String.format(Locale.ROOT, "checkpoints/step-%08d/%s", step, file);
      assertArrayEquals(
          Files.readAllBytes(expected.resolve(path)),
          Files.readAllBytes(actual.resolve(path)),
          file + ", " + what);
    }
  }

  /** Commits such a checkpoint in a folder, as a run's output. */
  public static void write(Path output, long step) throws IOException {
    new CheckpointStore(new org.apache.hadoop.fs.Path(output.toUri()), new Configuration())
        .write(of(step));
  }

  /** Commits such a checkpoint with a training's own state. */
  public static void write(Path output, long step, ObjectNode state) throws IOException {
    Checkpoint checkpoint = of(step);
    new CheckpointStore(new org.apache.hadoop.fs.Path(output.toUri()), new Configuration())
        .write(new Checkpoint(step, checkpoint.model(), checkpoint.optimizer(), state));
  }

  /** A checkpoint whose every part tells its step. */
  static Checkpoint of(long step) {
    Map<String, StoredTensor> model = new LinkedHashMap<>();
    model.put("conv.weight", floats((float) step, 0.5f, -1f));
    model.put("bn.num_batches_tracked", scalar(step));
    return new Checkpoint(
        step,
        model,
        Map.of("momentum", floats((float) step / 2, 3f)),
        new JsonMapper().createObjectNode().put("step", (int) step).put("seed", 7));
  }

  static Checkpoint withBest(long step, long best) {
    Checkpoint checkpoint = of(step);
    checkpoint.state().put(Checkpoint.BEST_STEP, best);
    return checkpoint;
  }
}
