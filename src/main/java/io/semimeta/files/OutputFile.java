package io.semimeta.files;

import io.semimeta.OutputException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.lang3.function.FailableRunnable;
import org.apache.hadoop.fs.ClusterStorageCapacityExceededException;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.StreamCapabilities;

/**
 * Writes a file on any file system. Failures name the file and are an {@link OutputException} where
 * trying again is of no use. Hadoop reports a full local disk by an {@link Error}, which nobody
 * expects of a file; here it becomes an exception.
 */
public final class OutputFile extends OutputStream {
  /** Lists what a system says of a disk that takes no more, and what to do. */
  private static final Map<String, String> LASTING =
      Map.of(
          "No space left on device", "make room there",
          "Disk quota exceeded", "make room there, or have the quota raised",
          "File too large", "raise the limit on a file's size (ulimit -f), or choose another disk",
          "Read-only file system", "choose another place, or have it mounted for writing");

  private final Path file;
  private final FSDataOutputStream out;

  private OutputFile(Path file, FSDataOutputStream out) {
    this.file = file;
    this.out = out;
  }

  /** Creates the file with its folders, in place of an older one. */
  public static OutputFile create(FileSystem fs, Path file) throws IOException {
    return create(fs, file, file);
  }

  /**
   * Creates a file that is to be renamed.
   *
   * @param meant final name of the file, for messages
   */
  public static OutputFile create(FileSystem fs, Path file, Path meant) throws IOException {
    try {
      return new OutputFile(meant, fs.create(file, true));
    } catch (IOException | FSError e) {
      throw named(meant, withoutFolder(fs, file, e));
    }
  }

  /** Finds out why a local folder cannot be made, which Hadoop does not say. */
  private static Throwable withoutFolder(FileSystem fs, Path file, Throwable failure) {
    if (fs instanceof RawLocalFileSystem local
        && String.valueOf(failure.getMessage()).startsWith("Mkdirs failed")) {
      try {
        Files.createDirectories(local.pathToFile(file.getParent()).toPath());
      } catch (IOException why) {
        why.addSuppressed(failure);
        return why;
      }
    }
    return failure;
  }

  @Override
  public void write(int value) throws IOException {
    named(() -> out.write(value));
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    named(() -> out.write(bytes, offset, count));
  }

  @Override
  public void flush() throws IOException {
    named(out::flush);
  }

  /** Forces what was written to the disk, where the file system can do that. */
  public void sync() throws IOException {
    if (out.hasCapability(StreamCapabilities.HSYNC)) {
      named(out::hsync);
    }
  }

  /** Returns how many bytes were written. */
  public long bytes() {
    return out.getPos();
  }

  /** Makes closing a half-written file publish nothing, where the file system can do that. */
  public void abandon() {
    if (out.hasCapability(CommonPathCapabilities.ABORTABLE_STREAM)) {
      out.abort();
    }
  }

  @Override
  public void close() throws IOException {
    named(out::close);
  }

  private void named(FailableRunnable<IOException> action) throws IOException {
    try {
      action.run();
    } catch (IOException | FSError e) {
      throw named(file, e);
    }
  }

  /** Deletes what is left of a file that failed; a second failure is added to the first. */
  public static void delete(FileSystem fs, Path file, Throwable failure) {
    try {
      fs.delete(file, true);
    } catch (IOException | FSError e) {
      failure.addSuppressed(e);
    }
  }

  /** Returns the failure to write a file, with the file's name. */
  static IOException named(Path file, Throwable failure) {
    if (failure instanceof OutputException told) {
      return told;
    }
    Throwable cause = failure instanceof FSError ? failure.getCause() : failure;
    Optional<String> lasting = lasting(cause);
    if (lasting.isPresent()) {
      return new OutputException(file + ": " + lasting.get(), failure);
    }
    String reason = String.valueOf(cause.getMessage());
    return failure instanceof IOException own && reason.contains(file.getName())
        ? own
        : new IOException(file + ": " + reason, failure);
  }

  /** Returns why trying again is of no use, and what helps; empty where trying again may help. */
  private static Optional<String> lasting(Throwable cause) {
    String reason = String.valueOf(cause.getMessage());
    if (cause instanceof ClusterStorageCapacityExceededException quota) {
      return Optional.of(FileReading.reason(quota) + "; make room there");
    }
    if (cause instanceof IOException io && FileReading.isForbidden(io)) {
      return Optional.of(FileReading.reason(io));
    }
    return lasting(reason);
  }

  /** Finds in a system's words that a disk takes no more; returns that, and what helps. */
  public static Optional<String> lasting(String words) {
    return LASTING.entrySet().stream()
        .filter(one -> words.contains(one.getKey()))
        .map(one -> one.getKey().toLowerCase(Locale.ROOT) + "; " + one.getValue())
        .findFirst();
  }
}
