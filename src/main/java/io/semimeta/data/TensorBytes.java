package io.semimeta.data;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** A tensor's elements as bytes: the one place that touches raw memory. */
public final class TensorBytes {
  private TensorBytes() {}

  /** The elements in row-major order, little-endian, copied. At most 2 GiB. */
  public static ByteBuffer copy(Tensor tensor) {
    Tensor contiguous = tensor.detach().cpu().contiguous();
    byte[] bytes = new byte[Math.toIntExact(contiguous.nbytes())];
    if (bytes.length > 0) { // an empty tensor has no memory
      new BytePointer(contiguous.data_ptr()).get(bytes);
    }
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A tensor on the CPU with a copy of the bytes: row-major, little-endian. */
  public static Tensor tensor(ByteBuffer bytes, ScalarType type, long... shape) {
    Tensor tensor = torch.zeros(shape, new TensorOptions(type));
    if (tensor.nbytes() != bytes.remaining()) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes for a tensor of " + tensor.nbytes());
    }
    if (bytes.hasRemaining()) { // an empty tensor has no memory
      Pointer target = tensor.data_ptr();
      new BytePointer(target).capacity(bytes.remaining()).asByteBuffer().put(bytes.duplicate());
    }
    return tensor;
  }
}
