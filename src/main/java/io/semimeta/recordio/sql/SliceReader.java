package io.semimeta.recordio.sql;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.recordio.RecordHeader;
import io.semimeta.recordio.RecordReader;
import io.semimeta.recordio.Sidecar;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.connector.read.PartitionReader;
import org.apache.spark.unsafe.types.UTF8String;

/** Reads a slice's rows; it reads images and their paths only where they are asked for. */
final class SliceReader implements PartitionReader<InternalRow> {
  private final Path file;
  private final ShardSlice.Range slice;
  private final UTF8String split;
  private final UTF8String[] classes;
  private final List<String> columns;
  private final boolean withBytes;
  private final RecordReader reader;

  /** Is null where paths are not asked for, or there are none. */
  private final Sidecar.Paths paths;

  private long read;
  private InternalRow row;

  SliceReader(
      Path folder,
      ShardSlice slice,
      List<String> classes,
      List<String> columns,
      Configuration conf) {
    this.file = new Path(folder, slice.file());
    this.slice = slice.range(folder, conf);
    this.split = UTF8String.fromString(slice.split());
    this.classes = classes.stream().map(UTF8String::fromString).toArray(UTF8String[]::new);
    this.columns = columns;
    this.withBytes = columns.contains(RecordTable.BYTES);
    Sidecar sidecar = slice.sidecar() ? Sidecar.read(file, conf) : null;
    this.paths = sidecar != null && columns.contains(RecordTable.PATH) ? sidecar.paths() : null;
    RecordReader opened =
        withBytes ? RecordReader.open(file, conf) : RecordReader.openForHeaders(file, conf);
    this.reader = opened.checkedBy(sidecar);
  }

  @Override
  public boolean next() throws IOException {
    if (read == 0) {
      reader.seek(slice.from());
    }
    row = reader.position() < slice.to() ? row() : null;
    boolean more = row != null;
    if (more == (read == slice.records())) {
      throw new UserError(
          "%s holds other than %s records between bytes %s and %s; prepare the data set again"
              .formatted(file, slice.records(), slice.from(), slice.to()));
    }
    if (more) { // Spark may ask again after the end
      read++;
    }
    return more;
  }

  /** Returns the next row, or null at the end of the file. */
  private InternalRow row() throws IOException {
    RecordHeader header;
    byte[] bytes = null;
    if (withBytes) {
      long offset = reader.position();
      ImageRecord image = reader.next();
      if (image == null) {
        return null;
      }
      header = new RecordHeader(offset, image.id(), image.label());
      bytes = image.encoded();
    } else {
      header = reader.nextHeader();
      if (header == null) {
        return null;
      }
    }
    header.checkLabel(file, classes.length);
    String path = paths == null ? null : paths.of(file, header.offset());
    Object[] values = new Object[columns.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = value(columns.get(i), header, bytes, path);
    }
    return new GenericInternalRow(values);
  }

  private Object value(String column, RecordHeader header, byte[] bytes, String path) {
    boolean labelled = header.label() != ImageRecord.NO_LABEL;
    return switch (column) {
      case RecordTable.ID -> header.id();
      case RecordTable.LABEL -> labelled ? header.label() : null;
      case RecordTable.LABEL_NAME -> labelled ? classes[header.label()] : null;
      case RecordTable.BYTES -> bytes;
      case RecordTable.SPLIT -> split;
      case RecordTable.PATH -> UTF8String.fromString(path); // it returns null for null
      default -> throw new IllegalArgumentException(column);
    };
  }

  @Override
  public InternalRow get() {
    return row;
  }

  @Override
  public void close() throws IOException {
    IOUtils.closeStreams(reader, paths);
  }
}
