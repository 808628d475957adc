package io.semimeta.files;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;

/** Handles a lease's file in the way that each kind of file system allows. */
final class LeaseFile {
  /** Bounds the bytes that are read; a lease has some hundred. */
  private static final int MOST_BYTES = 1 << 16;

  private final Path path;
  private final Path temporary;
  private final Configuration conf;
  private final FileSystem fs;

  /**
   * Names the file; nothing is read or written.
   *
   * @param writer a name for the temporary file that no other process uses
   */
  LeaseFile(Path path, String writer, Configuration conf) throws IOException {
    this.path = path;
    this.temporary = temporaryOf(writer);
    this.conf = conf;
    this.fs = WholeFile.fileSystem(path, conf);
  }

  /** Returns what the file holds, or empty where there is no file. */
  Optional<String> read() throws IOException {
    try (InputStream in = FileReading.open(fs, path)) {
      return Optional.of(new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  /** Tells whether only one of two processes that call {@link #create} at once succeeds. */
  boolean hasAtomicCreate() {
    return WholeFile.replacesAtomically(fs);
  }

  /**
   * Creates the file, with its folder, where that is atomic.
   *
   * @return false where the file exists already
   */
  boolean create(String content) throws IOException {
    fs.mkdirs(path.getParent());
    OutputStream created;
    try {
      created =
          fs instanceof RawLocalFileSystem // Hadoop's own is not atomic
              ? Files.newOutputStream(
                  local(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)
              : fs.create(path, false);
    } catch (IOException e) {
      if (read().isEmpty()) {
        throw OutputFile.named(path, e);
      }
      return false;
    }
    try (OutputStream out = created) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      OutputFile.delete(fs, path, e);
      throw OutputFile.named(path, e);
    }
    return true;
  }

  /** Replaces the file, whatever it holds, or creates it. */
  void replace(String content) throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    WholeFile.replace(path, temporary, conf, out -> out.write(bytes));
  }

  /**
   * Replaces the file on a local disk, if it still holds what is expected. Only one of several
   * processes that try succeeds, as they lock the file that they expect. It is read by the locked
   * channel, as closing another one would end the lock.
   *
   * @return false where it holds something else, another process replaces it, or locks fail
   */
  boolean exchange(String expected, String content) {
    if (!(fs instanceof RawLocalFileSystem)) {
      return false;
    }
    try {
      Object inode = inode();
      try (FileChannel channel =
              FileChannel.open(local(), StandardOpenOption.READ, StandardOpenOption.WRITE);
          FileLock lock = channel.tryLock()) {
        if (lock == null || !text(channel).equals(expected) || !inode.equals(inode())) {
          return false;
        }
        replace(content);
        return true;
      }
    } catch (IOException | OverlappingFileLockException e) {
      return false;
    }
  }

  private Object inode() throws IOException {
    return Files.readAttributes(local(), BasicFileAttributes.class).fileKey();
  }

  private static String text(FileChannel channel) throws IOException {
    InputStream in = Channels.newInputStream(channel);
    return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
  }

  void delete() throws IOException {
    fs.delete(path, false);
  }

  /** Removes the temporary file of a process that was killed in the middle of {@link #replace}. */
  void deleteTemporaryOf(String writer) throws IOException {
    fs.delete(temporaryOf(writer), false);
  }

  private Path temporaryOf(String writer) {
    return new Path(path.getParent(), path.getName() + "." + writer.replaceAll("[^0-9a-f-]", ""));
  }

  private java.nio.file.Path local() {
    return ((RawLocalFileSystem) fs).pathToFile(path).toPath();
  }
}
