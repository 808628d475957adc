package io.semimeta.format;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Checks the arrays in a MATLAB file, which may be nested. MFL allocates what their headers claim,
 * so this compares the claims with what is there before MFL reads them.
 */
final class MatArrays {
  static final int TAG_BYTES = 8;
  static final int INT8 = 1;
  static final int INT32 = 5;
  static final int UINT32 = 6;
  static final int MATRIX = 14;

  private static final int CELL = 1;
  private static final int STRUCT = 2;

  /** Marks text; numbers have the kinds from {@code FIRST_NUMBERS} to {@code LAST_NUMBERS}. */
  private static final int CHAR = 4;

  private static final int FIRST_NUMBERS = 6;
  private static final int LAST_NUMBERS = 15;
  private static final int MAX_DEPTH = 16;

  private MatArrays() {}

  static int padded(int length) {
    return (length + 7) & ~7;
  }

  /**
   * Checks an array.
   *
   * @param array bytes of the array in the file's byte order, without its tag
   * @throws IOException where it claims more than there is, or is of a kind that no data set has
   */
  static void requireSound(ByteBuffer array) throws IOException {
    requireSound(array, 0);
  }

  private static void requireSound(ByteBuffer array, int depth) throws IOException {
    if (!array.hasRemaining()) {
      return; // empty
    }
    if (depth > MAX_DEPTH) {
      throw new IOException("broken file: more than " + MAX_DEPTH + " arrays in one another");
    }
    int kind = number(element(array)) & 0xff;
    long count = 1;
    ByteBuffer dimensions = element(array);
    while (dimensions.remaining() >= Integer.BYTES) {
      int dimension = dimensions.getInt();
      count = dimension < 0 ? Long.MAX_VALUE : saturated(count, dimension);
    }
    element(array); // the array's name
    boolean nested = kind == CELL || kind == STRUCT;
    if (kind == STRUCT) {
      int nameBytes = number(element(array));
      int names = nameBytes < 1 ? 0 : element(array).remaining() / nameBytes;
      count = saturated(count, Math.max(1, names));
    } else if (!nested && kind != CHAR && (kind < FIRST_NUMBERS || kind > LAST_NUMBERS)) {
      throw new IOException("broken file: an array of kind " + kind);
    }
    // A nested array has a tag at least; numbers may be stored in smaller types, of at least one
    // byte.
    if (count > (nested ? array.remaining() / TAG_BYTES : array.remaining())) {
      throw new IOException("broken file: an array claims more elements than there are bytes");
    }
    while (array.remaining() >= TAG_BYTES) {
      int type = array.getInt(array.position());
      ByteBuffer inside = element(array);
      if (nested && type != MATRIX) {
        throw new IOException("broken file: no array in an array of them");
      }
      if (nested) {
        requireSound(inside, depth + 1);
      }
    }
  }

  private static long saturated(long count, int times) {
    return times != 0 && count > Long.MAX_VALUE / times ? Long.MAX_VALUE : count * times;
  }

  private static int number(ByteBuffer element) throws IOException {
    if (element.remaining() < Integer.BYTES) {
      throw new IOException("broken file: a number of " + element.remaining() + " bytes");
    }
    return element.getInt();
  }

  /** Takes an element off the buffer; one of up to four bytes may lie in its tag. */
  private static ByteBuffer element(ByteBuffer in) throws IOException {
    if (in.remaining() < TAG_BYTES) {
      throw new IOException("broken file: an array ends early");
    }
    int first = in.getInt();
    boolean small = first >>> 16 != 0;
    int length = small ? first >>> 16 : in.getInt();
    int room = small ? Integer.BYTES : in.remaining();
    if (length < 0 || length > room) {
      throw new IOException("broken file: " + length + " bytes where there are " + room);
    }
    ByteBuffer element = in.slice(in.position(), length).order(in.order());
    in.position(in.position() + (small ? Integer.BYTES : Math.min(in.remaining(), padded(length))));
    return element;
  }
}
