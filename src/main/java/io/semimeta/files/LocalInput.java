package io.semimeta.files;

import java.io.IOException;
import org.apache.commons.lang3.function.FailableLongSupplier;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FSInputStream;
import org.apache.hadoop.fs.Path;

/**
 * Reads a file of a local disk. Hadoop reports a disk that fails by an {@link Error} which does not
 * say what was read; here it becomes an exception that names the file, as in {@link OutputFile}.
 */
final class LocalInput extends FSInputStream {
  private final Path file;
  private final FSDataInputStream in;

  LocalInput(Path file, FSDataInputStream in) {
    this.file = file;
    this.in = in;
  }

  private long named(FailableLongSupplier<IOException> action) throws IOException {
    try {
      return action.getAsLong();
    } catch (FSError e) {
      throw OutputFile.named(file, e);
    }
  }

  @Override
  public int read() throws IOException {
    return (int) named(in::read);
  }

  @Override
  public int read(byte[] bytes, int offset, int count) throws IOException {
    return (int) named(() -> in.read(bytes, offset, count));
  }

  @Override
  public int read(long position, byte[] bytes, int offset, int count) throws IOException {
    return (int) named(() -> in.read(position, bytes, offset, count));
  }

  @Override
  public long skip(long count) throws IOException {
    return named(() -> in.skip(count));
  }

  @Override
  public int available() throws IOException {
    return in.available();
  }

  @Override
  public void seek(long position) throws IOException {
    in.seek(position);
  }

  @Override
  public long getPos() throws IOException {
    return in.getPos();
  }

  @Override
  public boolean seekToNewSource(long position) throws IOException {
    return in.seekToNewSource(position);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
