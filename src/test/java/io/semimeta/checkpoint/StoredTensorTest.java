package io.semimeta.checkpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class StoredTensorTest {
  @Test
  void shapeAndBytesMustAgree() {
    new StoredTensor("BF16", new long[] {2, 3}, ByteBuffer.allocate(12));
    new StoredTensor("F32", new long[] {0, 3}, ByteBuffer.allocate(0));
    refused("F32", new long[] {2, 3}, 20);
    refused("F31", new long[] {1}, 4);
    refused("U8", new long[] {-1, -4}, 4);
    refused("F32", new long[] {1L << 32, 1L << 32}, 0);
  }

  @Test
  void readsLittleEndianWhateverTheBufferSaid() {
    ByteBuffer bigEndian = ByteBuffer.wrap(new byte[] {9, 1, 0, 0, 0}).position(1);
    StoredTensor tensor = new StoredTensor("I32", new long[0], bigEndian);
    assertEquals(1, tensor.data().getInt());
    assertEquals(1, tensor.data().getInt(), "each view has a position of its own");
  }

  private static void refused(String dtype, long[] shape, int bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes);
    assertThrows(IllegalArgumentException.class, () -> new StoredTensor(dtype, shape, data));
  }
}
