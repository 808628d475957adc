package io.semimeta.checkpoint;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

/**
 * Holds a tensor as a file stores it.
 *
 * @param dtype element type as safetensors names it: {@code F32}, {@code F64}, {@code I64}, {@code
 *     U8}, …
 * @param shape sizes of the dimensions; empty for a scalar
 * @param data the elements in row-major order, little-endian; not copied, not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode look into the array
public record StoredTensor(String dtype, long[] shape, ByteBuffer data) {
  private static final Map<String, Integer> ELEMENT_BYTES =
      Map.ofEntries(
          Map.entry("BOOL", 1),
          Map.entry("U8", 1),
          Map.entry("I8", 1),
          Map.entry("F8_E4M3", 1),
          Map.entry("F8_E5M2", 1),
          Map.entry("U16", 2),
          Map.entry("I16", 2),
          Map.entry("F16", 2),
          Map.entry("BF16", 2),
          Map.entry("U32", 4),
          Map.entry("I32", 4),
          Map.entry("F32", 4),
          Map.entry("U64", 8),
          Map.entry("I64", 8),
          Map.entry("F64", 8));

  /**
   * Checks the bytes against type and shape.
   *
   * @throws IllegalArgumentException when the type is unknown or shape and bytes do not agree
   */
  public StoredTensor {
    long bytes = byteCount(dtype, shape);
    if (bytes != data.remaining()) {
      throw new IllegalArgumentException(
          "%s%s takes %s bytes, not %s"
              .formatted(dtype, Arrays.toString(shape), bytes, data.remaining()));
    }
    data = data.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns a view of the elements, in little-endian order, with a position of its own. */
  @Override
  public ByteBuffer data() {
    return data.duplicate().order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Tells whether no element of a 32 or 64-bit floating-point tensor is infinite or NaN. */
  public boolean isFinite() {
    return switch (dtype) {
      case "F32" -> {
        FloatBuffer values = data().asFloatBuffer();
        boolean finite = true;
        while (values.hasRemaining()) {
          finite &= Float.isFinite(values.get());
        }
        yield finite;
      }
      case "F64" -> {
        DoubleBuffer values = data().asDoubleBuffer();
        boolean finite = true;
        while (values.hasRemaining()) {
          finite &= Double.isFinite(values.get());
        }
        yield finite;
      }
      default -> true;
    };
  }

  /** Returns the number of bytes of one element. */
  static int elementBytes(String dtype) {
    Integer bytes = ELEMENT_BYTES.get(dtype);
    if (bytes == null) {
      throw new IllegalArgumentException("unknown dtype " + dtype);
    }
    return bytes;
  }

  /** Returns the number of bytes of a whole tensor. */
  static long byteCount(String dtype, long[] shape) {
    long bytes = elementBytes(dtype);
    try {
      for (long size : shape) {
        if (size < 0) {
          throw new IllegalArgumentException("negative size in shape " + Arrays.toString(shape));
        }
        bytes = Math.multiplyExact(bytes, size);
      }
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("shape " + Arrays.toString(shape) + " is too large", e);
    }
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof StoredTensor that
        && dtype.equals(that.dtype)
        && Arrays.equals(shape, that.shape)
        && data.equals(that.data);
  }

  @Override
  public int hashCode() {
    return Objects.hash(dtype, Arrays.hashCode(shape), data);
  }

  @Override
  public String toString() {
    return dtype + Arrays.toString(shape);
  }
}
