package io.semimeta.format;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5Tag;
import us.hebi.matlab.mat.format.Mat5Type;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/**
 * Represents a variable of a MATLAB file, whose values are still unread. MFL, which has no bounds
 * of its own, reads a small one whole; the elements of a large one are read as a stream. Where the
 * end of a compressed one is reached, its checksum is compared.
 *
 * @param fileHeader header of the file, which is before all variables
 * @param flags flags of the array, which tell its class
 * @param dimensionBytes dimensions, as stored
 * @param nameBytes name, as stored
 * @param values values as stored, inflated
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record MatVariable(
    byte[] fileHeader,
    byte[] flags,
    byte[] dimensionBytes,
    byte[] nameBytes,
    InputStream values,
    ByteOrder order,
    boolean compressed) {
  /** Bounds the bytes of a variable that is read whole; SVHN's largest file has 5 MB of labels. */
  private static final int MAX_WHOLE_BYTES = 1 << 26;

  String name() {
    return new String(nameBytes, StandardCharsets.US_ASCII);
  }

  int[] dimensions() {
    int[] dimensions = new int[dimensionBytes.length / Integer.BYTES];
    ByteBuffer.wrap(dimensionBytes).order(order).asIntBuffer().get(dimensions);
    return dimensions;
  }

  /**
   * Returns the elements.
   *
   * @throws IOException when they are not single bytes, or not as many as the dimensions say
   */
  Source elements() throws IOException {
    Source source = Sources.wrapInputStream(values).order(order);
    Mat5Tag tag;
    try {
      tag = Mat5Tag.readTag(source);
    } catch (RuntimeException e) {
      throw MatFiles.broken(e);
    }
    if (tag.getType() != Mat5Type.UInt8) {
      throw new IOException(name() + " has values of type " + tag.getType() + ", not bytes");
    }
    long count = 1;
    for (int dimension : dimensions()) {
      count *= dimension;
    }
    if (count != tag.getNumBytes()) {
      throw new IOException(name() + " has " + tag.getNumBytes() + " bytes for " + count);
    }
    return source;
  }

  /**
   * Checks that nothing but padding follows the elements.
   *
   * @throws IOException where something does, or the checksum is wrong
   */
  void requireEnd() throws IOException {
    if (values.readNBytes(Long.BYTES).length == Long.BYTES) {
      throw new IOException(name() + " goes on after its last element");
    }
  }

  /**
   * Reads the variable whole, as a file that holds it alone.
   *
   * @throws IOException when it is broken, or too large
   */
  MatFile whole() throws IOException {
    byte[] content = values.readNBytes(MAX_WHOLE_BYTES + 1);
    if (content.length > MAX_WHOLE_BYTES) {
      throw new IOException(name() + " has more than " + MAX_WHOLE_BYTES + " bytes");
    }
    byte[][] header = {flags, dimensionBytes, nameBytes};
    int length = content.length;
    for (byte[] element : header) {
      length += MatArrays.TAG_BYTES + MatArrays.padded(element.length);
    }
    ByteBuffer array = ByteBuffer.allocate(length).order(order);
    int[] types = {MatArrays.UINT32, MatArrays.INT32, MatArrays.INT8};
    for (int i = 0; i < header.length; i++) {
      array.putInt(types[i]).putInt(header[i].length).put(header[i]);
      array.position(MatArrays.padded(array.position()));
    }
    array.put(content).flip();
    MatArrays.requireSound(array.duplicate().order(order));
    ByteBuffer file =
        ByteBuffer.allocate(fileHeader.length + MatArrays.TAG_BYTES + length).order(order);
    file.put(fileHeader).putInt(MatArrays.MATRIX).putInt(length).put(array).flip();
    try {
      return Mat5.newReader(Sources.wrap(file)).readMat();
    } catch (IOException | RuntimeException e) {
      throw MatFiles.broken(e);
    }
  }
}
