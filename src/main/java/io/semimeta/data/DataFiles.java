package io.semimeta.data;

import io.semimeta.UserError;
import io.semimeta.files.FileReading;
import io.semimeta.files.WholeFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Hadoop file systems as this program uses them: shared with Spark, hence never closed. */
public final class DataFiles {
  private DataFiles() {}

  /** The path as executors must get it, whose working folders are others than the driver's. */
  public static Path qualified(Path path, Configuration conf) {
    return fileSystem(path, conf).makeQualified(path);
  }

  /**
   * The path's file system, as {@link WholeFile#fileSystem} gives it.
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
   * The files in a folder, by name. On an object store that is a request for a thousand of them,
   * not one for each.
   */
  public static Map<String, FileStatus> inFolder(FileSystem fileSystem, Path folder)
      throws IOException {
    Map<String, FileStatus> files = new HashMap<>();
    for (FileStatus child : fileSystem.listStatus(folder)) {
      files.put(child.getPath().getName(), child);
    }
    return files;
  }

  /**
   * Reads an image in one piece.
   *
   * @param length in bytes, as listed; what was cut since is an image cut short
   * @return one byte more than is allowed, where there is as much: the decoder refuses it then
   */
  static byte[] readImage(InputStream in, long length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, ImageDecoder.MAX_BYTES + 1)];
    int read = in.readNBytes(bytes, 0, bytes.length);
    return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
  }

  /**
   * Reads an image that is a whole file.
   *
   * @throws IOException likewise, and where the file grew since it was listed
   */
  static byte[] readImageFile(InputStream in, long length) throws IOException {
    byte[] bytes = readImage(in, length);
    if (bytes.length == length && in.read() >= 0) {
      throw new IOException("longer than when it was listed; wait until it is written");
    }
    return bytes;
  }

  /** One line for the user about a class's folder or archive. */
  static UserError noImages(Object where) {
    return new UserError(where + " holds no image (jpg, png, webp, …); remove it or add images");
  }

  /** One line for the user about input that cannot be read. */
  public static UserError unreadable(Object where, Exception cause) {
    return new UserError("Cannot read " + where + ": " + FileReading.reason(cause), cause);
  }
}
