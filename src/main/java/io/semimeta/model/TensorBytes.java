package io.semimeta.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Copies tensors' elements from and to bytes and arrays; raw memory is touched here alone. */
public final class TensorBytes {
  private TensorBytes() {}

  /** Returns a copy of the elements in row-major order, little-endian, of less than 2 GiB. */
  public static ByteBuffer copy(Tensor tensor) {
    Tensor contiguous = tensor.detach().cpu().contiguous();
    byte[] bytes = new byte[Math.toIntExact(contiguous.nbytes())];
    if (bytes.length > 0) { // an empty tensor has no address
      new BytePointer(contiguous.data_ptr()).get(bytes);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Returns the elements of an int64 tensor. */
  public static long[] longs(Tensor tensor) {
    long[] values = new long[Math.toIntExact(tensor.numel())];
    copy(tensor).asLongBuffer().get(values);
    return values;
  }

  /** Returns the rows of a matrix as float32. */
  public static float[][] rows(Tensor matrix) {
    float[][] rows = new float[(int) matrix.size(0)][(int) matrix.size(1)];
    FloatBuffer buffer = copy(matrix.to(ScalarType.Float)).asFloatBuffer();
    for (float[] row : rows) {
      buffer.get(row);
    }
    return rows;
  }

  /** Copies a contiguous float32 tensor on the CPU into part of an array. */
  public static void get(Tensor from, float[] to, int offset) {
    if (from.numel() > 0) { // an empty tensor has no address
      new FloatPointer(from.data_ptr()).get(to, offset, Math.toIntExact(from.numel()));
    }
  }

  /** Copies part of an array into a contiguous float32 tensor on the CPU. */
  public static void put(float[] from, int offset, Tensor to) {
    if (to.numel() > 0) { // an empty tensor has no address
      new FloatPointer(to.data_ptr()).put(from, offset, Math.toIntExact(to.numel()));
    }
  }

  /**
   * Makes a tensor on the CPU with a copy of the bytes, which are row-major and little-endian.
   *
   * @throws IllegalArgumentException where the bytes are not as many as type and shape ask for
   */
  public static Tensor tensor(ByteBuffer bytes, ScalarType type, long... shape) {
    Tensor tensor = torch.zeros(shape, new TensorOptions(type));
    if (tensor.nbytes() != bytes.remaining()) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes for a tensor of " + tensor.nbytes());
    }
    if (bytes.hasRemaining()) { // an empty tensor has no address
      Pointer target = tensor.data_ptr();
      new BytePointer(target).capacity(bytes.remaining()).asByteBuffer().put(bytes.duplicate());
    }
    return tensor;
  }
}
