package io.semimeta.recordio;

import io.semimeta.files.SchemeFileSystem;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalDiskErrors;
import org.apache.hadoop.fs.Path;

/**
 * A local folder behind the scheme {@code faulty:}, which counts the files that are opened, and in
 * which one cannot be opened or deleted, once.
 */
public final class FaultyFileSystem extends SchemeFileSystem {
  /** How often a file was opened. */
  public static final AtomicInteger OPENED = new AtomicInteger();

  private static final AtomicReference<Fault> NEXT = new AtomicReference<>();

  private static final AtomicReference<String> NEXT_READ = new AtomicReference<>();

  private record Fault(String names, IOException failure) {}

  /** Makes a configuration know this file system. */
  public static Configuration configure(Configuration conf) {
    conf.setClass("fs.faulty.impl", FaultyFileSystem.class, FileSystem.class);
    return conf;
  }

  /**
   * The next attempt to open or delete such a file fails.
   *
   * @param names a regular expression
   */
  public static void failNext(String names, IOException failure) {
    NEXT.set(new Fault(names, failure));
  }

  /**
   * The disk fails when such a file, the next that is opened, is read.
   *
   * @param names a regular expression
   */
  public static void failNextRead(String names) {
    NEXT_READ.set(names);
  }

  /** The next attempt does not fail after all. */
  public static void failNoMore() {
    NEXT.set(null);
  }

  @Override
  public String getScheme() {
    return "faulty";
  }

  @Override
  public FSDataInputStream open(Path file, int bufferSize) throws IOException {
    OPENED.incrementAndGet();
    failWhereWanted(file);
    FSDataInputStream in = super.open(file, bufferSize);
    String failing = NEXT_READ.get();
    if (failing != null && file.getName().matches(failing)) {
      NEXT_READ.set(null);
      return LocalDiskErrors.unreadable("Input/output error");
    }
    return in;
  }

  @Override
  public boolean delete(Path file, boolean recursive) throws IOException {
    failWhereWanted(file);
    return super.delete(file, recursive);
  }

  private static void failWhereWanted(Path file) throws IOException {
    Fault fault = NEXT.get();
    if (fault != null && file.getName().matches(fault.names)) {
      NEXT.set(null);
      throw fault.failure;
    }
  }
}
