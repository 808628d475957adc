package io.semimeta.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.security.AccessControlException;

/**
 * Opens files, and tells why one cannot be opened. Java throws {@link FileNotFoundException} also
 * for a local file that is forbidden, with the system's reason in parentheses after its name.
 */
public final class FileReading {
  /** Says why a special file is not read: a pipe would block whoever opens it. */
  public static final String SPECIAL = "no regular file, but a pipe, a socket or a device";

  /** Begins Hadoop's message about a local folder that it may not list. */
  private static final String UNLISTED = "Invalid directory or I/O error occurred for dir: ";

  private FileReading() {}

  /**
   * Opens a file.
   *
   * @throws FileNotFoundException where there is no such file, and only then
   */
  public static FSDataInputStream open(FileSystem fs, Path file) throws IOException {
    requireRegular(fs, file);
    try {
      return named(fs, file, fs.open(file));
    } catch (FileNotFoundException e) {
      if (isMissing(e)) {
        throw e;
      }
      throw new IOException(e.getMessage(), e);
    }
  }

  /**
   * Returns a stream whose failures name the file, whatever the file system.
   *
   * @param in the opened file
   */
  public static FSDataInputStream named(FileSystem fs, Path file, FSDataInputStream in) {
    return fs instanceof RawLocalFileSystem ? new FSDataInputStream(new LocalInput(file, in)) : in;
  }

  /**
   * Refuses a file that blocks whoever opens it, or never ends.
   *
   * @throws IOException where the file is a pipe, a socket or a device
   */
  public static void requireRegular(FileSystem fs, Path file) throws IOException {
    if (!(fs instanceof RawLocalFileSystem local)) {
      return;
    }
    boolean special;
    try {
      special =
          Files.readAttributes(local.pathToFile(file).toPath(), BasicFileAttributes.class)
              .isOther();
    } catch (IOException | InvalidPathException e) {
      return; // opening the file tells why it cannot be read
    }
    if (special) {
      throw new IOException(SPECIAL);
    }
  }

  /** Tells whether a failure means that there is no such file. */
  public static boolean isMissing(IOException failure) {
    boolean otherReason =
        says(failure, ")")
            && !says(failure, "(No such file or directory)")
            && failure.getClass() == FileNotFoundException.class;
    return failure instanceof NoSuchFileException
        || (failure instanceof FileNotFoundException && !otherReason);
  }

  /** Tells whether a failure means that the user may not read or write the file. */
  public static boolean isForbidden(IOException failure) {
    return failure instanceof AccessControlException
        || failure instanceof AccessDeniedException
        || String.valueOf(failure.getMessage()).startsWith(UNLISTED)
        || says(failure, "(Permission denied)");
  }

  /** Returns a failure's reason in a few words, on one line. */
  public static String reason(Exception failure) {
    if (failure instanceof IOException io && isForbidden(io)) {
      return "permission denied; allow it to the user " + System.getProperty("user.name");
    }
    if (failure instanceof IOException io && isMissing(io)) {
      return "no such file or folder";
    }
    return String.valueOf(failure.getMessage()).lines().findFirst().orElse("").strip();
  }

  private static boolean says(IOException failure, String end) {
    return String.valueOf(failure.getMessage()).endsWith(end);
  }
}
