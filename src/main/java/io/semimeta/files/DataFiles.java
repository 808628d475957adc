package io.semimeta.files;

import io.semimeta.UserError;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Gives access to Hadoop file systems, which are shared with Spark and hence never closed. */
public final class DataFiles {
  private DataFiles() {}

  /** Qualifies a path for executors, which have other working folders than the driver. */
  public static Path qualified(Path path, Configuration conf) {
    return fileSystem(path, conf).makeQualified(path);
  }

  /**
   * Returns the path's file system, as {@link WholeFile#fileSystem} gives it.
   *
   * @throws UserError when there is no such file system
   */
  public static FileSystem fileSystem(Path path, Configuration conf) {
    try {
      return WholeFile.fileSystem(path, conf);
    } catch (IOException | IllegalArgumentException e) {
      throw unreadable(path, e);
    }
  }

  /**
   * Returns the files in a folder, by name. On an object store this takes one request for a
   * thousand files, not one for each.
   */
  public static Map<String, FileStatus> inFolder(FileSystem fileSystem, Path folder)
      throws IOException {
    Map<String, FileStatus> files = new HashMap<>();
    for (FileStatus child : fileSystem.listStatus(folder)) {
      files.put(child.getPath().getName(), child);
    }
    return files;
  }

  /** Opens a file to read it from its beginning, with a buffer. The caller closes it. */
  public static InputStream open(Path file, Configuration conf) throws IOException {
    return new BufferedInputStream(FileReading.open(fileSystem(file, conf), file), 1 << 16);
  }

  /** Makes the error about input that cannot be read, with the reason on one line. */
  public static UserError unreadable(Object where, Exception cause) {
    return new UserError("Cannot read " + where + ": " + FileReading.reason(cause), cause);
  }
}
