package io.semimeta.checkpoint;

import io.semimeta.files.SchemeFileSystem;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A local folder behind the scheme {@code fault:} that has no rename and no sync, and that dies
 * after a given number of written bytes.
 */
public final class ObjectStoreLikeFileSystem extends SchemeFileSystem {
  /** Bytes that may still be written; the write that would pass it stops there and fails. */
  static long bytesLeft = Long.MAX_VALUE;

  /** A configuration that knows this file system. */
  static Configuration configuration() {
    Configuration conf = new Configuration(false);
    conf.setClass(
        "fs.fault.impl", ObjectStoreLikeFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return conf;
  }

  @Override
  public String getScheme() {
    return "fault";
  }

  @Override
  protected OutputStream create(Path file, Local local) throws IOException {
    return new Dying(local.create());
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw new IOException("an object store has no rename");
  }

  private static final class Dying extends FilterOutputStream {
    Dying(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
      int written = (int) Math.min(count, bytesLeft);
      out.write(bytes, offset, written);
      bytesLeft -= written;
      if (written < count) {
        throw new IOException("killed");
      }
    }
  }
}
