package org.apache.hadoop.fs;

import java.io.IOException;

/** Makes what Hadoop's local disk throws, whose constructor is its package's own. */
public final class LocalDiskErrors {
  private LocalDiskErrors() {}

  /** The error of a failed read or write. */
  public static FSError of(String message) {
    return new FSError(new IOException(message));
  }
}
