package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Reads a record file. Lengths are checked against the file's before anything is allocated; a
 * record cut short or damaged gives a {@link UserError} with the file and the record's offset.
 */
public final class RecordReader implements Closeable {
  private static final int BUFFER_BYTES = 1 << 16;

  /** With so small a buffer hardly anything is read in vain where images are skipped. */
  private static final int HEADER_BUFFER_BYTES = 512;

  private final String name;
  private final int bufferBytes;
  private final FSDataInputStream file;
  private final long length;
  private InputStream in;
  private long position;
  private long recordOffset;

  /** Is null where there is none. */
  private Sidecar sidecar;

  private RecordReader(String name, FSDataInputStream file, long length, int bufferBytes) {
    this.name = name;
    this.bufferBytes = bufferBytes;
    this.file = file;
    this.length = length;
    this.in = new BufferedInputStream(file, bufferBytes);
  }

  /** Opens a record file at its first record. */
  public static RecordReader open(Path path, Configuration conf) {
    return open(path, conf, BUFFER_BYTES);
  }

  /** Opens a record file at its first record, for a reader of headers alone. */
  public static RecordReader openForHeaders(Path path, Configuration conf) {
    return open(path, conf, HEADER_BUFFER_BYTES);
  }

  private static RecordReader open(Path path, Configuration conf, int bufferBytes) {
    FileSystem fileSystem = DataFiles.fileSystem(path, conf);
    try {
      FileReading.requireRegular(fileSystem, path);
      FileStatus status = fileSystem.getFileStatus(path);
      // A local disk has a buffer of its own, under Spark as long as ours for images. An object
      // store would ask for the status once more.
      FSDataInputStream in =
          fileSystem instanceof RawLocalFileSystem
              ? fileSystem.open(path, bufferBytes)
              : FutureIO.awaitFuture(fileSystem.openFile(path).withFileStatus(status).build());
      return new RecordReader(
          path.toString(), FileReading.named(fileSystem, path, in), status.getLen(), bufferBytes);
    } catch (IOException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Explains why a file of a data set cannot be read: it is the user's to mend where it is missing
   * or forbidden; anything else may pass, and a run tries again.
   */
  static RuntimeException unreadable(Path path, IOException e) {
    if (FileReading.isForbidden(e) || FileReading.isMissing(e)) {
      return DataFiles.unreadable(path, e);
    }
    return new UncheckedIOException("Cannot read " + path + ": " + e.getMessage(), e);
  }

  /**
   * Compares whatever is read from now on with its checksum.
   *
   * @param checksums the file's sidecar, or null to compare nothing
   */
  public RecordReader checkedBy(Sidecar checksums) {
    sidecar = checksums;
    return this;
  }

  /** Goes to the record that starts at the byte offset. */
  public void seek(long offset) throws IOException {
    if (offset < 0 || offset > length) {
      throw new UserError(name + ": no record at byte " + offset + ", the file has " + length);
    }
    if (offset != position) {
      file.seek(offset);
      in = new BufferedInputStream(file, bufferBytes);
      position = offset;
    }
  }

  /** Returns the byte offset of the next record. */
  public long position() {
    return position;
  }

  /**
   * Tells whether no record follows.
   *
   * @throws UserError where another record should follow, by the sidecar
   */
  public boolean isAtEnd() {
    boolean isAtEnd = position == length;
    if (isAtEnd && sidecar != null) {
      sidecar.checkEnd(name, length);
    }
    return isAtEnd;
  }

  /** Returns the next image, or null at the end of the file. */
  public ImageRecord next() throws IOException {
    if (isAtEnd()) {
      return null;
    }
    recordOffset = position;
    byte[] payload = restOfRecord(frame());
    if (sidecar != null) {
      sidecar.check(name, recordOffset, payload);
    }
    ByteBuffer image = RecordFormat.wrap(payload);
    RecordHeader header = header(image, payload.length);
    byte[] encoded = Arrays.copyOfRange(payload, image.position(), payload.length);
    return new ImageRecord(header.id(), header.label(), encoded);
  }

  /** Returns the next record's header, or null at the file's end, without reading the image. */
  public RecordHeader nextHeader() throws IOException {
    if (isAtEnd()) {
      return null;
    }
    recordOffset = position;
    Frame frame = frame();
    if (frame.part != RecordFormat.WHOLE) {
      byte[] payload = restOfRecord(frame);
      return header(checkedHead(payload), payload.length);
    }
    int head = Math.min(frame.length, RecordFormat.HEADER_BYTES + Float.BYTES);
    RecordHeader header = header(checkedHead(read(head)), frame.length);
    long rest = (long) frame.length - head + RecordFormat.padding(frame.length);
    in.skipNBytes(rest);
    position += rest;
    return header;
  }

  private ByteBuffer checkedHead(byte[] head) {
    if (sidecar != null && head.length >= RecordFormat.HEADER_BYTES) {
      sidecar.checkHead(name, recordOffset, head);
    }
    return RecordFormat.wrap(head);
  }

  @Override
  public void close() throws IOException {
    file.close();
  }

  private record Frame(int part, int length) {}

  /** Reads a frame's first eight bytes and checks that the frame ends within the file. */
  private Frame frame() throws IOException {
    if (length - position < RecordFormat.FRAME_BYTES) {
      throw broken("the file ends within it");
    }
    ByteBuffer head = RecordFormat.wrap(read(RecordFormat.FRAME_BYTES));
    if (head.getInt() != RecordFormat.MAGIC) {
      throw broken("no magic number");
    }
    int word = head.getInt();
    Frame frame = new Frame(word >>> 29, word & RecordFormat.MAX_LENGTH);
    if ((long) frame.length + RecordFormat.padding(frame.length) > length - position) {
      throw broken("the file ends within it");
    }
    return frame;
  }

  /** Reads the payload and puts back the magic numbers between its parts. */
  private byte[] restOfRecord(Frame first) throws IOException {
    if (first.part == RecordFormat.WHOLE) {
      return content(first);
    }
    if (first.part != RecordFormat.FIRST) {
      throw broken("it starts with part " + first.part);
    }
    byte[] magic = new byte[Integer.BYTES];
    RecordFormat.wrap(magic).putInt(RecordFormat.MAGIC);
    ByteArrayOutputStream payload = new ByteArrayOutputStream(first.length);
    payload.writeBytes(content(first));
    Frame frame;
    do {
      frame = frame();
      if (frame.part != RecordFormat.MIDDLE && frame.part != RecordFormat.LAST) {
        throw broken("part " + frame.part + " where it should go on");
      }
      payload.writeBytes(magic);
      payload.writeBytes(content(frame));
      if (payload.size() > RecordFormat.MAX_LENGTH) {
        throw broken("longer than 2^29 - 1 bytes");
      }
    } while (frame.part != RecordFormat.LAST);
    return payload.toByteArray();
  }

  private byte[] content(Frame frame) throws IOException {
    byte[] bytes = read(frame.length);
    int padding = RecordFormat.padding(frame.length);
    in.skipNBytes(padding);
    position += padding;
    return bytes;
  }

  /** Reads the header and leaves the buffer at the image. */
  private RecordHeader header(ByteBuffer payload, int payloadLength) {
    if (payloadLength < RecordFormat.HEADER_BYTES) {
      throw broken("too short for a header");
    }
    long labels = Integer.toUnsignedLong(payload.getInt());
    float label = payload.getFloat();
    long id = payload.getLong();
    payload.getLong();
    if (labels > 0) {
      if (labels * Float.BYTES > payloadLength - RecordFormat.HEADER_BYTES) {
        throw broken("too short for " + labels + " labels");
      }
      label = payload.getFloat();
      long next = RecordFormat.HEADER_BYTES + labels * Float.BYTES;
      payload.position((int) Math.min(next, payload.limit()));
    }
    if (label != (int) label || label < ImageRecord.NO_LABEL) {
      throw broken("label " + label + " is neither a class index nor -1");
    }
    return new RecordHeader(recordOffset, id, (int) label);
  }

  private byte[] read(int bytes) throws IOException {
    byte[] buffer = new byte[bytes];
    int read = in.readNBytes(buffer, 0, bytes);
    if (read < bytes) {
      throw new EOFException(name + ": ended at byte " + (position + read) + " while being read");
    }
    position += bytes;
    return buffer;
  }

  private UserError broken(String what) {
    return new UserError(
        name + ": broken record at byte " + recordOffset + " (" + what + "); make the file again");
  }
}
