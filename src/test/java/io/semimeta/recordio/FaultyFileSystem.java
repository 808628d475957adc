package io.semimeta.recordio;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A local folder behind the scheme {@code faulty:}, in which a file cannot be opened or deleted,
 * once.
 */
public final class FaultyFileSystem extends RawLocalFileSystem {
  private static final AtomicReference<String> NEXT = new AtomicReference<>();

  static void know(Configuration conf) {
    conf.setClass("fs.faulty.impl", FaultyFileSystem.class, FileSystem.class);
  }

  /** The next attempt to open or delete a file of this name fails. */
  static void failNext(String name) {
    NEXT.set(name);
  }

  @Override
  public URI getUri() {
    return URI.create("faulty:///");
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    failWhereWanted(file);
    return super.open(file, bufferSize);
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    failWhereWanted(file);
    return super.delete(file, recursive);
  }

  private static void failWhereWanted(Path file) throws IOException {
    if (file.getName().equals(NEXT.get())) {
      NEXT.set(null);
      throw new IOException("connection reset");
    }
  }
}
