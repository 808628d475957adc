package org.apache.hadoop.fs;

import java.io.IOException;

/** Makes what Hadoop's local disk throws, whose constructor is its package's own. */
public final class LocalDiskErrors {
  private LocalDiskErrors() {}

  /** The error of a failed read or write. */
  public static FSError of(String message) {
    return new FSError(new IOException(message));
  }

  /** An opened file of a disk that fails. */
  public static FSDataInputStream unreadable(String message) {
    return new FSDataInputStream(
        new FSInputStream() {
          @Override
          public int read() {
            throw of(message);
          }

          @Override
          public int read(byte[] bytes, int offset, int count) {
            throw of(message);
          }

          @Override
          public int read(long position, byte[] bytes, int offset, int count) {
            throw of(message);
          }

          @Override
          public void seek(long position) {}

          @Override
          public long getPos() {
            return 0;
          }

          @Override
          public boolean seekToNewSource(long position) {
            return false;
          }
        });
  }
}
