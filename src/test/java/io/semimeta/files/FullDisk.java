package io.semimeta.files;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalDiskErrors;
import org.apache.hadoop.fs.Path;

/** A local folder behind the scheme {@code full:}, on which some files find no room. */
public final class FullDisk extends SchemeFileSystem {
  /** A regular expression of the paths that find none, but for their first bytes. */
  public static volatile String files = "";

  private static final int ROOM = 100;

  /** Makes a configuration know this file system. */
  public static Configuration configure(Configuration conf) {
    conf.setClass("fs.full.impl", FullDisk.class, FileSystem.class);
    return conf;
  }

  @Override
  public String getScheme() {
    return "full";
  }

  @Override
  protected OutputStream create(Path file, Local local) throws IOException {
    OutputStream out = local.create();
    return file.toUri().getPath().matches(files) ? new Full(out) : out;
  }

  /** As Hadoop tells it: by an error, when its buffer is written. */
  private static final class Full extends FilterOutputStream {
    private int written;

    Full(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int value) throws IOException {
      if (++written > ROOM) {
        throw LocalDiskErrors.of("No space left on device");
      }
      out.write(value);
    }

    @Override
    public void close() throws IOException {
      out.close();
      if (written > 0) {
        throw LocalDiskErrors.of("No space left on device");
      }
    }
  }
}
