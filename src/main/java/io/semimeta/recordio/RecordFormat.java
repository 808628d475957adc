package io.semimeta.recordio;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Describes RecordIO as dmlc-core and MXNet write it, with all numbers little-endian. A record is
 * one or more frames {@code magic u32, flag and length u32, bytes, zeros up to a multiple of 4};
 * its bytes are {@code flag u32, label f32, id u64, id2 u64} and the image. Where flag is not 0 it
 * counts label floats that follow the header, and the header's own label says nothing.
 */
final class RecordFormat {
  static final int MAGIC = 0xced7230a;
  static final int FRAME_BYTES = 8;
  static final int HEADER_BYTES = 24;
  static final int MAX_LENGTH = (1 << 29) - 1;

  static final int WHOLE = 0;
  static final int FIRST = 1;
  static final int MIDDLE = 2;
  static final int LAST = 3;

  private RecordFormat() {}

  static ByteBuffer wrap(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  static int padding(int length) {
    return -length & 3;
  }
}
