package io.semimeta.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.apache.hadoop.hdfs.DistributedFileSystem;
import org.apache.hadoop.util.VersionInfo;

/** Writes files in one piece, for those that a reader may open while a run goes on. */
public final class WholeFile {
  private WholeFile() {}

  /** Writes the contents of a file. */
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Returns the path's file system, as this program writes to it. On a local disk it is the one
   * without Hadoop's checksum files: they litter every folder with {@code .crc} files, go stale
   * when a person edits a file, and their streams cannot sync. Any other is Hadoop's cached
   * instance: never close it.
   *
   * @throws IOException when the scheme is unknown, or its classes are missing
   */
  public static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
    FileSystem fs;
    try {
      fs = path.getFileSystem(conf);
    } catch (RuntimeException e) {
      if (ExceptionUtils.indexOfType(e, ClassNotFoundException.class) >= 0) {
        String own = path.toUri().getScheme();
        throw withoutClasses(own != null ? own : FileSystem.getDefaultUri(conf).getScheme(), e);
      }
      throw e;
    }
    if (!(fs instanceof LocalFileSystem local)) {
      return fs;
    }
    FileNames.requireWritable(path);
    FileSystem raw = local.getRawFileSystem();
    return raw.getClass() == RawLocalFileSystem.class ? new LocalDisk(conf) : raw;
  }

  private static IOException withoutClasses(String scheme, Exception cause) {
    String remedy =
        "s3a".equals(scheme)
            ? "--packages org.apache.hadoop:hadoop-aws:" + VersionInfo.getVersion()
            : "its module by --packages";
    return (IOException)
        new UnsupportedFileSystemException(
                "the classes of the file system %s: are missing; add %s".formatted(scheme, remedy))
            .initCause(cause);
  }

  /**
   * Tells whether a file appears, whole, when its stream is closed, and never where the stream was
   * abandoned. It does on S3A, whose rename is a copy; there files are written under their final
   * names.
   */
  public static boolean appearsWhole(FileSystem fs, Path file) throws IOException {
    return fs.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM);
  }

  /**
   * Replaces the file, or creates it with its folders. On a local disk and on HDFS a reader sees
   * the old content or the new, never a part: both have a rename that replaces atomically. On any
   * other the file is written in place: an object store shows a file only when its stream is
   * closed, and its rename would be a copy. S3A shows nothing where writing fails.
   */
  public static void replace(Path file, Configuration conf, byte[] content) throws IOException {
    replace(file, conf, out -> out.write(content));
  }

  /** Does the same; the content need not be in memory at once. */
  public static void replace(Path file, Configuration conf, Body body) throws IOException {
    replace(file, new Path(file.getParent(), "." + file.getName() + ".tmp"), conf, body);
  }

  /** Replaces the file by a temporary one of the caller's own, as several may write at once. */
  static void replace(Path file, Path temporary, Configuration conf, Body body) throws IOException {
    FileSystem fs = fileSystem(file, conf);
    if (!replacesAtomically(fs)) {
      write(file, conf, body);
      return;
    }
    try {
      write(OutputFile.create(fs, temporary, file), body);
      rename(fs, temporary, file);
    } catch (Exception | Error e) { // a body that asks Spark may throw what Scala does not declare
      OutputFile.delete(fs, temporary, e);
      throw e;
    }
  }

  /** Tells whether the file system has renames that replace a file, and an atomic create. */
  public static boolean replacesAtomically(FileSystem fs) {
    return fs instanceof RawLocalFileSystem || fs instanceof DistributedFileSystem;
  }

  /**
   * Renames a finished file to its name, over an older one. On a local disk and on HDFS either the
   * old or the new file is there at any time; on any other, neither is for a moment.
   */
  public static void rename(FileSystem fs, Path finished, Path file) throws IOException {
    try {
      move(fs, finished, file);
    } catch (IOException e) {
      throw OutputFile.named(file, e);
    }
  }

  private static void move(FileSystem fs, Path finished, Path file) throws IOException {
    if (fs instanceof RawLocalFileSystem local) {
      Files.move(
          local.pathToFile(finished).toPath(),
          local.pathToFile(file).toPath(),
          StandardCopyOption.ATOMIC_MOVE);
    } else if (fs instanceof DistributedFileSystem hdfs) {
      hdfs.rename(finished, file, Options.Rename.OVERWRITE);
    } else {
      fs.delete(file, false);
      if (!fs.rename(finished, file)) {
        throw new IOException("Cannot rename " + finished + " to " + file);
      }
    }
  }

  /** Writes the file in place, with its folders; a local file stays the same inode. */
  public static void write(Path file, Configuration conf, Body body) throws IOException {
    write(OutputFile.create(fileSystem(file, conf), file), body);
  }

  /**
   * Writes a file that is open, and closes it; where that fails, it publishes nothing if it can.
   */
  public static void write(OutputFile file, Body body) throws IOException {
    try (OutputFile out = file) {
      try {
        body.writeTo(out);
      } catch (Exception | Error e) {
        out.abandon();
        throw e;
      }
    }
  }
}
