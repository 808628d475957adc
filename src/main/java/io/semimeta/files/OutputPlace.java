package io.semimeta.files;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;

/** Finds out whether an output can be made, without making it. */
public final class OutputPlace {
  private OutputPlace() {}

  /**
   * Refuses a folder that cannot be made or written into.
   *
   * @param option option that names it
   * @throws UserError that names the folder at fault
   */
  public static void requireFolder(String option, Path folder, Configuration conf) {
    require(option, folder, conf, true);
  }

  /**
   * Refuses a file that cannot be made or replaced.
   *
   * @param option option that names it
   * @throws UserError that names the folder at fault
   */
  public static void requireFile(String option, Path file, Configuration conf) {
    require(option, file, conf, false);
  }

  private static void require(String option, Path path, Configuration conf, boolean isFolder) {
    try {
      FileSystem fs = WholeFile.fileSystem(path, conf);
      Path whole = fs.makeQualified(path);
      FileStatus status = status(fs, whole);
      if (status != null && status.isDirectory() != isFolder) {
        throw new UserError(
            "%s %s: is a %s; name a %s"
                .formatted(
                    option, path, isFolder ? "file" : "folder", isFolder ? "folder" : "file"));
      }
      Path above = isFolder && status != null ? whole : whole.getParent();
      while (above != null && status(fs, above) == null) {
        above = above.getParent();
      }
      if (above != null) {
        requireWritable(option, path, fs, above);
      }
    } catch (IOException | IllegalArgumentException e) {
      throw unwritable(option, path, e);
    }
  }

  private static void requireWritable(String option, Path path, FileSystem fs, Path above)
      throws IOException {
    if (!fs.getFileStatus(above).isDirectory()) {
      throw new UserError(
          "%s %s: cannot be made, for %s is a file; name another place"
              .formatted(option, path, above));
    }
    // Hadoop's own answer for a local disk knows neither root nor read-only file systems.
    if (!"file".equals(fs.getUri().getScheme())) {
      fs.access(above, FsAction.WRITE);
    } else if (!Files.isWritable(java.nio.file.Path.of(above.toUri().getPath()))) {
      throw new UserError(
          "%s %s: the user %s may not write to %s; name another place"
              .formatted(option, path, System.getProperty("user.name"), above));
    }
  }

  /**
   * Replaces a file that an option names.
   *
   * @throws UserError where it cannot be written
   */
  public static void replace(String option, Path file, Configuration conf, WholeFile.Body content) {
    try {
      WholeFile.replace(file, conf, content);
    } catch (IOException e) {
      throw unwritable(option, file, e);
    }
  }

  /** Makes the error about an output that cannot be written, with the reason. */
  public static RuntimeException unwritable(String option, Path path, Exception cause) {
    if (cause instanceof OutputException full
        && !(full.getCause() instanceof IOException io && FileReading.isForbidden(io))) {
      return new UncheckedIOException(full); // the option is right
    }
    return new UserError(
        "%s %s: cannot be written: %s".formatted(option, path, FileReading.reason(cause)), cause);
  }

  private static FileStatus status(FileSystem fs, Path path) throws IOException {
    try {
      return fs.getFileStatus(path);
    } catch (FileNotFoundException e) {
      return null;
    } catch (IOException e) {
      // Some file systems refuse to look below a file, as HDFS does.
      if (String.valueOf(e.getMessage()).contains("is not a directory")) {
        return null;
      }
      throw e;
    }
  }
}
