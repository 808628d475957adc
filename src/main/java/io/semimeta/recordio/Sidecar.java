package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest.SidecarFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.hadoop.util.functional.FutureIO;

/**
 * Reads the file beside a record file that holds what MXNet's format has no place for: a checksum
 * of each record, and its image's path. All numbers are little-endian:
 *
 * <pre>
 * header   magic u32
 * paths    of each record: UTF-8, then its CRC32C u32
 * table    of each record: offset u64 in the record file, end u64 of its path in this file,
 *          CRC32C u32 of the record's 24 bytes before the image, CRC32C u32 of all its bytes
 * footer   records u64, CRC32C u32 of the table, version u32, magic u32
 * </pre>
 *
 * <p>The table and footer come last, so that a writer needs to keep nothing but the table; a reader
 * of some records reads the table, and only the paths that it wants. A record's bytes are header
 * and image, as in {@link RecordFormat}, without frames. A sidecar in memory is the table.
 */
public final class Sidecar {
  static final int MAGIC = 0x44495353; // "SSID"
  static final int VERSION = 1;
  static final int HEADER_BYTES = 4;
  static final int ENTRY_BYTES = 24;
  static final int FOOTER_BYTES = 20;

  /** Where the table is short, one request of this size to an object store replaces two. */
  private static final int TAIL_BYTES = 1 << 16;

  private final Path file;
  private final Configuration conf;
  private final long[] offsets;
  private final long[] pathEnds;
  private final int[] headers;
  private final int[] records;

  private Sidecar(Path file, Configuration conf, ByteBuffer table) {
    int count = table.remaining() / ENTRY_BYTES;
    this.file = file;
    this.conf = conf;
    this.offsets = new long[count];
    this.pathEnds = new long[count];
    this.headers = new int[count];
    this.records = new int[count];
    for (int i = 0; i < count; i++) {
      offsets[i] = table.getLong();
      pathEnds[i] = table.getLong();
      headers[i] = table.getInt();
      records[i] = table.getInt();
    }
  }

  /** Returns the path of a record file's sidecar. */
  public static Path of(Path records) {
    return new Path(records.getParent(), SidecarFile.name(records.getName()));
  }

  /**
   * Reads a record file's sidecar, except the paths.
   *
   * @throws UserError where it is missing or damaged
   */
  public static Sidecar read(Path records, Configuration conf) {
    Path file = of(records);
    FileSystem fileSystem = DataFiles.fileSystem(file, conf);
    try {
      FileReading.requireRegular(fileSystem, file);
      FileStatus status = fileSystem.getFileStatus(file);
      try (FSDataInputStream in =
          FileReading.named(
              fileSystem,
              file,
              FutureIO.awaitFuture(fileSystem.openFile(file).withFileStatus(status).build()))) {
        return new Sidecar(file, conf, table(file, in, status.getLen()));
      }
    } catch (IOException e) {
      throw RecordReader.unreadable(file, e);
    }
  }

  private static ByteBuffer table(Path file, FSDataInputStream in, long length) throws IOException {
    if (length < HEADER_BYTES + FOOTER_BYTES) {
      throw damaged(file, "too short");
    }
    byte[] tail = read(in, Math.max(0, length - TAIL_BYTES), length);
    ByteBuffer footer = RecordFormat.wrap(tail).position(tail.length - FOOTER_BYTES);
    long count = footer.getLong();
    int checksum = footer.getInt();
    int version = footer.getInt();
    if (footer.getInt() != MAGIC) {
      throw damaged(file, "no magic number at its end");
    }
    if (version != VERSION) {
      throw new UserError(
          "%s: version %s, this program reads %s; prepare the data set again"
              .formatted(file, version, VERSION));
    }
    long end = length - FOOTER_BYTES;
    long most = Math.min(end - HEADER_BYTES, Integer.MAX_VALUE) / ENTRY_BYTES;
    if (count < 0 || count > most) {
      throw damaged(file, "too short for " + count + " records");
    }
    long begin = end - count * ENTRY_BYTES;
    long inTail = begin - (length - tail.length);
    byte[] table =
        inTail >= 0
            ? Arrays.copyOfRange(tail, (int) inTail, tail.length - FOOTER_BYTES)
            : read(in, begin, end);
    if (crc(table, 0, table.length) != checksum) {
      throw damaged(file, "its table's checksum differs");
    }
    return RecordFormat.wrap(table);
  }

  private static byte[] read(FSDataInputStream in, long from, long to) throws IOException {
    byte[] bytes = new byte[Math.toIntExact(to - from)];
    in.readFully(from, bytes);
    return bytes;
  }

  /**
   * Compares a record with its checksum.
   *
   * @param records the record file, for the message
   * @param offset the byte offset at which the record begins
   * @param payload the record's header and image
   * @throws UserError where record and checksum differ
   */
  void check(String records, long offset, byte[] payload) {
    if (crc(payload, 0, payload.length) != this.records[index(records, offset)]) {
      throw damagedRecord(records, offset);
    }
  }

  /** Compares the header of a record whose image was not read with its checksum. */
  void checkHead(String records, long offset, byte[] head) {
    if (crc(head, 0, RecordFormat.HEADER_BYTES) != headers[index(records, offset)]) {
      throw damagedRecord(records, offset);
    }
  }

  /** Requires that a record file of this length holds all records. */
  void checkEnd(String records, long length) {
    if (offsets.length > 0 && offsets[offsets.length - 1] >= length) {
      throw new UserError(
          records + " ends before its last record; copy it again or prepare the data set again");
    }
  }

  private int index(String records, long offset) {
    int found = Arrays.binarySearch(offsets, offset);
    if (found < 0) {
      throw damagedRecord(records, offset);
    }
    return found;
  }

  private UserError damagedRecord(String records, long offset) {
    return new UserError(
        ("%s: the record at byte %s is not the one that prepare wrote, by its checksum in %s;"
                + " copy both again or prepare the data set again")
            .formatted(records, offset, file.getName()));
  }

  /** Returns a reader of paths, which reads those of neighbouring records together. */
  public Paths paths() {
    return new Paths();
  }

  /** Reads an open sidecar in one thread; it is opened when the first path is asked for. */
  public final class Paths implements Closeable {
    private static final int BUFFER_BYTES = 1 << 14;

    private FSDataInputStream in;
    private byte[] buffer = new byte[0];
    private long begin;

    private Paths() {}

    /** Returns the path of the image whose record begins at the byte offset. */
    public String of(Path records, long offset) throws IOException {
      int i = index(records.toString(), offset);
      long from = i == 0 ? HEADER_BYTES : pathEnds[i - 1];
      long to = pathEnds[i];
      long end = pathEnds[pathEnds.length - 1];
      if (from < HEADER_BYTES || to - from < Integer.BYTES || to > end) {
        throw damaged(file, "its table is wrong");
      }
      if (from < begin || to > begin + buffer.length) {
        if (in == null) {
          in = FileReading.open(DataFiles.fileSystem(file, conf), file);
        }
        buffer = read(in, from, Math.max(to, Math.min(end, from + BUFFER_BYTES)));
        begin = from;
      }
      int at = (int) (from - begin);
      int length = (int) (to - from) - Integer.BYTES;
      if (crc(buffer, at, length) != RecordFormat.wrap(buffer).getInt(at + length)) {
        throw damaged(file, "the path of record " + i + " differs from its checksum");
      }
      return new String(buffer, at, length, StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
      IOUtils.closeStreams(in);
    }
  }

  static int crc(byte[] bytes, int from, int length) {
    CRC32C crc = new CRC32C();
    crc.update(bytes, from, length);
    return (int) crc.getValue();
  }

  private static UserError damaged(Path file, String how) {
    return new UserError(
        "%s is damaged (%s); copy it again or prepare the data set again".formatted(file, how));
  }
}
