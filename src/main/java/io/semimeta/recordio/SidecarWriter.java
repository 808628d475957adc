package io.semimeta.recordio;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Writes a shard's {@link Sidecar}, record by record. */
public final class SidecarWriter implements Closeable {
  private final OutputStream out;
  private final ByteArrayOutputStream table = new ByteArrayOutputStream();
  private long position;
  private long records;

  /** Takes the stream over; {@link #close} closes it. */
  public SidecarWriter(OutputStream out) throws IOException {
    this.out = new BufferedOutputStream(out, 1 << 14);
    byte[] header = new byte[Sidecar.HEADER_BYTES];
    RecordFormat.wrap(header).putInt(Sidecar.MAGIC);
    write(header);
  }

  /**
   * Adds the next record.
   *
   * @param offset the byte offset at which it begins in the record file
   * @param payload its header and image
   * @param path the image's path
   */
  public void add(long offset, byte[] payload, String path) throws IOException {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    write(name);
    byte[] checksum = new byte[Integer.BYTES];
    RecordFormat.wrap(checksum).putInt(Sidecar.crc(name, 0, name.length));
    write(checksum);
    byte[] entry = new byte[Sidecar.ENTRY_BYTES];
    RecordFormat.wrap(entry)
        .putLong(offset)
        .putLong(position)
        .putInt(Sidecar.crc(payload, 0, RecordFormat.HEADER_BYTES))
        .putInt(Sidecar.crc(payload, 0, payload.length));
    table.writeBytes(entry);
    records++;
  }

  /** Ends the file; nothing can be added after it. */
  public void finish() throws IOException {
    byte[] entries = table.toByteArray();
    byte[] footer = new byte[Sidecar.FOOTER_BYTES];
    RecordFormat.wrap(footer)
        .putLong(records)
        .putInt(Sidecar.crc(entries, 0, entries.length))
        .putInt(Sidecar.VERSION)
        .putInt(Sidecar.MAGIC);
    write(entries);
    write(footer);
    out.flush();
  }

  private void write(byte[] bytes) throws IOException {
    out.write(bytes);
    position += bytes.length;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
