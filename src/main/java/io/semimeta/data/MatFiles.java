package io.semimeta.data;

import io.semimeta.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.commons.lang3.exception.ExceptionUtils;
import us.hebi.matlab.mat.format.Mat5;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.format.Mat5Reader.EntryFilter;
import us.hebi.matlab.mat.format.Mat5Tag;
import us.hebi.matlab.mat.format.Mat5Type;
import us.hebi.matlab.mat.types.MatFile;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/** MATLAB's files of version 5: small variables whole, bytes of a large one as a stream. */
final class MatFiles {
  private static final int HEADER_BYTES = 128;
  private static final int BUFFER_BYTES = 1 << 16;

  private MatFiles() {}

  /**
   * The variables that the filter accepts; others are not inflated.
   *
   * @param where for people
   */
  static MatFile read(InputStream file, String where, EntryFilter filter) throws IOException {
    Source source = source(file, where);
    try {
      return Mat5.newReader(source).setEntryFilter(filter).readMat();
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  /**
   * A variable's elements, unread. MFL reads variables whole, but SVHN's largest has 1.6 GB.
   *
   * @throws IOException when they aren't stored as single bytes, or there is no such variable
   */
  static Source bytes(InputStream file, String where, String variable) throws IOException {
    Source source = source(file, where);
    try {
      source.order(ByteOrder.nativeOrder());
      source.order(Mat5File.readFileHeader(source).getByteOrder());
      while (true) {
        Mat5Tag entry = Mat5Tag.readTag(source);
        long end = source.getPosition() + entry.getNumBytes() + entry.getPadding();
        Source inside = source;
        if (entry.getType() == Mat5Type.Compressed) {
          inside = source.readInflated(entry.getNumBytes(), BUFFER_BYTES);
          Mat5Tag.readTag(inside);
        }
        element(inside); // flags
        element(inside); // dimensions
        String name = new String(element(inside), StandardCharsets.US_ASCII);
        if (name.equals(variable)) {
          Mat5Type type = Mat5Tag.readTag(inside).getType();
          if (type != Mat5Type.UInt8) {
            throw new IOException(variable + " has values of type " + type + ", not bytes");
          }
          return inside;
        }
        source.skip(end - source.getPosition());
      }
    } catch (RuntimeException e) {
      throw broken(e);
    }
  }

  private static Source source(InputStream file, String where) throws IOException {
    BufferedInputStream in = new BufferedInputStream(file, BUFFER_BYTES);
    in.mark(HEADER_BYTES);
    String start = new String(in.readNBytes(HEADER_BYTES), StandardCharsets.ISO_8859_1);
    in.reset();
    if (start.startsWith("MATLAB 7.3") || start.startsWith("\u0089HDF")) {
      throw new UserError(
          where + " is a MATLAB file of version 7.3 (HDF5); save it with -v7 or get the original");
    }
    if (!start.startsWith("MATLAB 5.0")) {
      throw new IOException("not a MATLAB file of version 5");
    }
    return Sources.wrapInputStream(in, BUFFER_BYTES);
  }

  private static byte[] element(Source source) throws IOException {
    Mat5Tag tag = Mat5Tag.readTag(source);
    if (tag.getNumBytes() < 0 || tag.getNumBytes() > BUFFER_BYTES) {
      throw new IOException("broken file: a header of " + tag.getNumBytes() + " bytes");
    }
    byte[] bytes = new byte[tag.getNumBytes()];
    source.readBytes(bytes, 0, bytes.length);
    source.skip(tag.getPadding());
    return bytes;
  }

  /** MFL throws all kinds of exceptions on broken files, some of them wrapped. */
  private static IOException broken(Exception e) {
    return new IOException("broken file: " + ExceptionUtils.getRootCauseMessage(e), e);
  }
}
