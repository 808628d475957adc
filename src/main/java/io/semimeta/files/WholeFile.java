package io.semimeta.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Options;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.hdfs.DistributedFileSystem;

/** Writes files in one piece, for those that a reader may open while a run goes on. */
public final class WholeFile {
  private WholeFile() {}

  /**
   * The path's file system, as this program writes to it. On a local disk it is the one without
   * Hadoop's checksum files: they litter every folder with {@code .crc} files, go stale when a
   * person edits a file, and their streams cannot sync. It is Hadoop's cached instance: never close
   * it.
   */
  public static FileSystem fileSystem(Path path, Configuration conf) throws IOException {
    FileSystem fs = path.getFileSystem(conf);
    return fs instanceof LocalFileSystem local ? local.getRawFileSystem() : fs;
  }

  /**
   * Replaces the file, or creates it with its folders. On a local disk and on HDFS a reader sees
   * the old content or the new, never a part: both have a rename that replaces atomically. Anywhere
   * else the file is written in place: an object store shows a file only when its stream is closed,
   * and its rename would be a copy.
   */
  public static void replace(Path file, Configuration conf, byte[] content) throws IOException {
    FileSystem fs = fileSystem(file, conf);
    if (!(fs instanceof RawLocalFileSystem) && !(fs instanceof DistributedFileSystem)) {
      overwrite(file, conf, content);
      return;
    }
    Path temporary = new Path(file.getParent(), "." + file.getName() + ".tmp");
    try {
      overwrite(temporary, conf, content);
      if (fs instanceof RawLocalFileSystem local) {
        Files.move(
            local.pathToFile(temporary).toPath(),
            local.pathToFile(file).toPath(),
            StandardCopyOption.ATOMIC_MOVE);
      } else {
        ((DistributedFileSystem) fs).rename(temporary, file, Options.Rename.OVERWRITE);
      }
    } finally {
      fs.delete(temporary, false);
    }
  }

  /** Writes the file in place, with its folders; a local file stays the same inode. */
  public static void overwrite(Path file, Configuration conf, byte[] content) throws IOException {
    try (FSDataOutputStream out = fileSystem(file, conf).create(file, true)) {
      out.write(content);
    }
  }
}
