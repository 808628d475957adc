package io.semimeta.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the first directory of a TIFF file, or of an EXIF block, which is laid out alike. */
final class TiffDirectory {
  static final int WIDTH = 0x100;
  static final int HEIGHT = 0x101;
  static final int PHOTOMETRIC = 0x106;
  static final int ORIENTATION = 0x112;
  static final int EXTRA_SAMPLES = 0x152;

  private static final int UPRIGHT = 1;
  private static final int LAST_ORIENTATION = 8;
  private static final int ENTRY_BYTES = 12;
  private static final int BYTE = 1;
  private static final int SHORT = 3;
  private static final int LONG = 4;

  private final ByteBuffer bytes;
  private final Map<Integer, Integer> entries = new HashMap<>();

  private TiffDirectory(ByteBuffer bytes) {
    this.bytes = bytes;
  }

  /**
   * Reads a directory.
   *
   * @return empty where the bytes are no TIFF, or cut short
   */
  static Optional<TiffDirectory> of(byte[] encoded, int from, int length) {
    ByteBuffer bytes = ByteBuffer.wrap(encoded, from, length).slice();
    if (length < 8 || bytes.get(0) != bytes.get(1)) {
      return Optional.empty();
    }
    bytes.order(bytes.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long start = bytes.getInt(4) & 0xffffffffL;
    if (bytes.getShort(2) != 42 || start + 2 > length) {
      return Optional.empty();
    }
    TiffDirectory directory = new TiffDirectory(bytes);
    int count = bytes.getShort((int) start) & 0xffff;
    for (int i = 0; i < count; i++) {
      long at = start + 2 + (long) ENTRY_BYTES * i;
      if (at + ENTRY_BYTES > length) {
        return Optional.empty();
      }
      directory.entries.putIfAbsent(bytes.getShort((int) at) & 0xffff, (int) at);
    }
    return Optional.of(directory);
  }

  /** Returns a whole number that lies in the directory itself, or 0 where there is none. */
  int number(int tag) {
    Integer at = entries.get(tag);
    if (at == null || bytes.getInt(at + 4) < 1) {
      return 0;
    }
    return switch (bytes.getShort(at + 2)) {
      case BYTE -> bytes.get(at + 8) & 0xff;
      case SHORT -> bytes.getShort(at + 8) & 0xffff;
      case LONG -> bytes.getInt(at + 8);
      default -> 0;
    };
  }

  /** Returns EXIF's number from 1 (upright) to 8; 1 too where the tag is missing or invalid. */
  int orientation() {
    int orientation = number(ORIENTATION);
    return orientation >= UPRIGHT && orientation <= LAST_ORIENTATION ? orientation : UPRIGHT;
  }

  /** Replaces a number in the bytes that the directory was read from, where it is there. */
  void replace(int tag, int old, int number) {
    if (number(tag) == old && bytes.getShort(entries.get(tag) + 2) == SHORT) {
      bytes.putShort(entries.get(tag) + 8, (short) number);
    }
  }
}
