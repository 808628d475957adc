package io.semimeta.recordio;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Writes a record file and its index, whose lines are {@code id TAB offset}. MXNet reads both. An
 * image without label has the label -1.
 */
public final class RecordWriter implements Closeable {
  private final OutputStream records;
  private final OutputStream index;
  private long position;

  /** Takes both streams over; {@link #close} closes them. */
  public RecordWriter(OutputStream records, OutputStream index) {
    this.records = new BufferedOutputStream(records, 1 << 16);
    this.index = new BufferedOutputStream(index, 1 << 13);
  }

  /** Appends one image's record, and returns the byte offset of its first frame. */
  public long write(long id, byte[] payload) throws IOException {
    long offset = position;
    writeFrames(payload);
    index.write((id + "\t" + offset + "\n").getBytes(StandardCharsets.US_ASCII));
    return offset;
  }

  /** Returns a record's bytes: header and image. */
  public static byte[] payload(ImageRecord image) {
    long length = (long) RecordFormat.HEADER_BYTES + image.encoded().length;
    if (length > RecordFormat.MAX_LENGTH) {
      throw new UserError(
          "Image " + image.id() + " has " + length + " bytes; a record holds 2^29 - 1 at most");
    }
    byte[] payload = new byte[(int) length];
    RecordFormat.wrap(payload)
        .putInt(0)
        .putFloat(image.label())
        .putLong(image.id())
        .putLong(0)
        .put(image.encoded());
    return payload;
  }

  /** Returns the number of bytes of the record file so far. */
  public long position() {
    return position;
  }

  /** Hands all bytes to the streams. */
  public void flush() throws IOException {
    index.flush();
    records.flush();
  }

  @Override
  public void close() throws IOException {
    try (records) {
      index.close();
    }
  }

  /** Cuts at each aligned magic number, as dmlc-core does, so that a reader can resynchronise. */
  private void writeFrames(byte[] payload) throws IOException {
    ByteBuffer words = RecordFormat.wrap(payload);
    int start = 0;
    for (int i = 0; i + 4 <= payload.length; i += 4) {
      if (words.getInt(i) == RecordFormat.MAGIC) {
        int part = start == 0 ? RecordFormat.FIRST : RecordFormat.MIDDLE;
        writeFrame(part, payload, start, i - start);
        start = i + 4;
      }
    }
    int part = start == 0 ? RecordFormat.WHOLE : RecordFormat.LAST;
    writeFrame(part, payload, start, payload.length - start);
  }

  private void writeFrame(int part, byte[] payload, int start, int length) throws IOException {
    int padding = RecordFormat.padding(length);
    byte[] head = new byte[RecordFormat.FRAME_BYTES];
    RecordFormat.wrap(head).putInt(RecordFormat.MAGIC).putInt(part << 29 | length);
    records.write(head);
    records.write(payload, start, length);
    records.write(new byte[padding]);
    position += RecordFormat.FRAME_BYTES + length + padding;
  }
}
