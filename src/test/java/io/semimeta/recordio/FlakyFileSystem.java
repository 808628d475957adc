package io.semimeta.recordio;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/**
 * A local folder behind the scheme {@code flaky:}, which counts the files that are opened, and
 * fails to open one when it is told to.
 */
public final class FlakyFileSystem extends RawLocalFileSystem {
  /** How often a file was opened. */
  public static final AtomicInteger OPENED = new AtomicInteger();

  private static final AtomicReference<IOException> NEXT = new AtomicReference<>();

  /** Makes a configuration know this file system. */
  public static Configuration configure(Configuration conf) {
    conf.setClass("fs.flaky.impl", FlakyFileSystem.class, org.apache.hadoop.fs.FileSystem.class);
    return conf;
  }

  /** The next file that is opened fails, the one after it does not. */
  static void failOnce(IOException failure) {
    NEXT.set(failure);
  }

  @Override
  public URI getUri() {
    return URI.create("flaky:///");
  }

  @Override
  public String getScheme() {
    return "flaky";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    OPENED.incrementAndGet();
    IOException failure = NEXT.getAndSet(null);
    if (failure != null) {
      throw failure;
    }
    return super.open(file, bufferSize);
  }
}
