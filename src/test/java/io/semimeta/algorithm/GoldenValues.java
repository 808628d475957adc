package io.semimeta.algorithm;

import com.fasterxml.jackson.databind.JsonNode;
import io.semimeta.model.Placement;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.LongToDoubleFunction;
import java.util.zip.CRC32;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The pseudo-random numbers that golden files are made from, and their JSON. */
final class GoldenValues {
  private static final double TWO_TO_32 = 4294967296.0;

  private GoldenValues() {}

  /** The numbers v_i = ((i * 2654435761 + crc32(name)) mod 2^32) / 2^32, in [0, 1). */
  static LongToDoubleFunction stream(String name) {
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    long start = crc.getValue();
    return i -> ((i * 2654435761L + start) & 0xffffffffL) / TWO_TO_32;
  }

  /**
   * Values by name, scaled, rounded to float32 and widened to the placement's type, on its device.
   */
  static Tensor tensor(String name, Placement placement, DoubleUnaryOperator scale, long... shape) {
    long size = Arrays.stream(shape).reduce(1, Math::multiplyExact);
    float[] values = new float[Math.toIntExact(size)];
    LongToDoubleFunction stream = stream(name);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) scale.applyAsDouble(stream.applyAsDouble(i));
    }
    return placement.place(Tensor.create(values, shape).to(placement.precision().type()));
  }

  static Tensor classes(String name, Placement placement, int classes, int batch) {
    long[] values = new long[batch];
    LongToDoubleFunction stream = stream(name);
    for (int i = 0; i < batch; i++) {
      values[i] = (long) Math.floor(stream.applyAsDouble(i) * classes);
    }
    return placement.place(Tensor.create(values, batch));
  }

  /** A parameter or buffer by its state-dict name, in float32. */
  static Tensor parameter(String name, long... shape) {
    DoubleUnaryOperator scale;
    if (shape.length == 4) {
      double bound = 2 * Math.sqrt(3.0 / (shape[1] * shape[2] * shape[3]));
      scale = v -> (v - 0.5) * bound;
    } else if (shape.length == 2) {
      double bound = 2 * Math.sqrt(3.0 / shape[1]);
      scale = v -> (v - 0.5) * bound;
    } else if (name.endsWith("running_var")) {
      scale = v -> 0.5 + v;
    } else if (name.endsWith("weight")) {
      scale = v -> 0.25 + 0.5 * v;
    } else {
      scale = v -> (v - 0.5) * 0.2;
    }
    return tensor(name, Placement.CPU, scale, shape);
  }

  static double[] toArray(Tensor tensor) {
    Tensor flat = tensor.detach().cpu().to(ScalarType.Double).contiguous().view(-1);
    double[] values = new double[Math.toIntExact(flat.numel())];
    new DoublePointer(flat.data_ptr()).get(values);
    return values;
  }

  static double[] flatten(JsonNode node) {
    List<Double> values = new ArrayList<>();
    collect(node, values);
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static void collect(JsonNode node, List<Double> into) {
    if (node.isArray()) {
      node.forEach(child -> collect(child, into));
    } else {
      into.add(node.asDouble());
    }
  }
}
