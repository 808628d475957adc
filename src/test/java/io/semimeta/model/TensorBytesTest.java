package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class TensorBytesTest {
  @Test
  void bytesComeBackInRowMajorOrder() {
    try (PointerScope scope = new PointerScope()) {
      ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5, -1});
      Tensor tensor = TensorBytes.tensor(bytes, ScalarType.Byte, 2, 3);
      assertEquals(bytes, TensorBytes.copy(tensor));
      byte[] transposed = {1, 4, 2, 5, 3, -1};
      assertEquals(ByteBuffer.wrap(transposed), TensorBytes.copy(tensor.t()));
    }
  }

  @Test
  void numbersAreRead() {
    try (PointerScope scope = new PointerScope()) {
      long[] longs = {Long.MIN_VALUE, -1, 7};
      assertArrayEquals(longs, TensorBytes.longs(Tensor.create(longs, 3)));
    }
  }

  @Test
  void tensorsWithoutElements() {
    try (PointerScope scope = new PointerScope()) {
      Tensor empty = TensorBytes.tensor(ByteBuffer.allocate(0), ScalarType.Byte, 0, 3, 8, 8);
      assertEquals(0, empty.numel());
      assertEquals(0, TensorBytes.copy(empty).remaining());
    }
  }
}
