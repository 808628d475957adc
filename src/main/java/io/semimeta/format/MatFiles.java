package io.semimeta.format;

import com.google.common.io.ByteStreams;
import com.google.common.io.CountingInputStream;
import io.semimeta.UserError;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.lang3.exception.ExceptionUtils;
import us.hebi.matlab.mat.format.Mat5File;
import us.hebi.matlab.mat.format.Mat5Tag;
import us.hebi.matlab.mat.format.Mat5Type;
import us.hebi.matlab.mat.types.Source;
import us.hebi.matlab.mat.types.Sources;

/** Reads MATLAB's files of version 5. */
final class MatFiles {
  private static final int HEADER_BYTES = 128;
  private static final int BUFFER_BYTES = 1 << 16;

  private MatFiles() {}

  /**
   * Goes to a variable; the values of those before it are not inflated.
   *
   * @param where the file's name for people
   * @throws IOException when there is no variable of the name, or the file is broken
   */
  static MatVariable find(InputStream file, String where, String name) throws IOException {
    BufferedInputStream buffered = new BufferedInputStream(file, BUFFER_BYTES);
    byte[] header = header(buffered, where);
    CountingInputStream in = new CountingInputStream(buffered);
    Source source = Sources.wrapInputStream(in, BUFFER_BYTES);
    try {
      source.order(ByteOrder.nativeOrder());
      source.order(Mat5File.readFileHeader(source).getByteOrder());
      while (true) {
        Mat5Tag entry = Mat5Tag.readTag(source);
        int bytes = entry.getNumBytes();
        if (bytes < 0) {
          throw new IOException("a variable of " + bytes + " bytes");
        }
        long end = in.getCount() + bytes + entry.getPadding();
        MatVariable variable =
            entry.getType() == Mat5Type.Compressed
                ? compressed(header, ByteStreams.limit(in, bytes), source.order())
                : variable(header, ByteStreams.limit(in, bytes), source.order(), false);
        if (variable.name().equals(name)) {
          return variable;
        }
        in.skipNBytes(end - in.getCount());
      }
    } catch (EOFException e) {
      throw new IOException("truncated, or without the variable " + name, e);
    } catch (IOException | RuntimeException e) {
      throw broken(e);
    }
  }

  private static MatVariable compressed(byte[] header, InputStream in, ByteOrder order)
      throws IOException {
    InputStream inflated = new InflaterInputStream(in, new Inflater(), BUFFER_BYTES);
    Mat5Tag.readTag(Sources.wrapInputStream(inflated).order(order));
    return variable(header, inflated, order, true);
  }

  private static MatVariable variable(
      byte[] header, InputStream in, ByteOrder order, boolean compressed) throws IOException {
    Source source = Sources.wrapInputStream(in).order(order);
    return new MatVariable(
        header, element(source), element(source), element(source), in, order, compressed);
  }

  private static byte[] header(InputStream in, String where) throws IOException {
    in.mark(HEADER_BYTES);
    byte[] header = in.readNBytes(HEADER_BYTES);
    in.reset();
    String start = new String(header, StandardCharsets.ISO_8859_1);
    if (start.startsWith("MATLAB 7.3") || start.startsWith("\u0089HDF")) {
      throw new UserError(
          where + " is a MATLAB file of version 7.3 (HDF5); save it with -v7 or get the original");
    }
    if (!start.startsWith("MATLAB 5.0") || header.length < HEADER_BYTES) {
      throw new IOException("not a MATLAB file of version 5");
    }
    return header;
  }

  private static byte[] element(Source source) throws IOException {
    Mat5Tag tag = Mat5Tag.readTag(source);
    if (tag.getNumBytes() < 0 || tag.getNumBytes() > BUFFER_BYTES) {
      throw new IOException("a header of " + tag.getNumBytes() + " bytes");
    }
    byte[] bytes = new byte[tag.getNumBytes()];
    source.readBytes(bytes, 0, bytes.length);
    source.skip(tag.getPadding());
    return bytes;
  }

  /** Makes one exception of the many kinds that MFL throws on broken files. */
  static IOException broken(Exception e) {
    return new IOException("broken file: " + ExceptionUtils.getRootCauseMessage(e), e);
  }
}
