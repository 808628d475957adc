package io.semimeta.files;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.FilterFileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;

/**
 * A local folder behind the scheme {@code store:}, as an object store has it: a file appears when
 * its stream is closed, in place of an older one, and nothing is asked before.
 */
public final class StoreFileSystem extends FilterFileSystem {
  /** What writing fails with, as long as it is there. */
  static volatile String away;

  /** Makes one, as Hadoop does. */
  public StoreFileSystem() {
    super(new RawLocalFileSystem());
  }

  static Configuration configuration() {
    Configuration conf = new Configuration(false);
    conf.setClass("fs.store.impl", StoreFileSystem.class, FileSystem.class);
    return conf;
  }

  @Override
  public void initialize(URI name, Configuration conf) throws IOException {
    fs.initialize(URI.create("file:///"), conf);
    setConf(conf);
  }

  @Override
  public URI getUri() {
    return URI.create("store:///");
  }

  @Override
  protected void checkPath(Path path) {}

  private static Path local(Path path) {
    return new Path(path.toUri().getPath());
  }

  @Override
  public FSDataInputStream open(Path path, int bufferSize) throws IOException {
    return fs.open(local(path), bufferSize);
  }

  @Override
  public FileStatus getFileStatus(Path path) throws IOException {
    return fs.getFileStatus(local(path));
  }

  @Override
  public boolean mkdirs(Path path, FsPermission permission) throws IOException {
    return fs.mkdirs(local(path), permission);
  }

  @Override
  public boolean delete(Path path, boolean recursive) throws IOException {
    return fs.delete(local(path), recursive);
  }

  @Override
  public boolean rename(Path from, Path to) throws IOException {
    throw new IOException("an object store has no rename");
  }

  @Override
  public FSDataOutputStream create(
      Path path,
      FsPermission permission,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    java.nio.file.Path file = java.nio.file.Path.of(path.toUri().getPath());
    ByteArrayOutputStream upload =
        new ByteArrayOutputStream() {
          @Override
          public void close() throws IOException {
            if (away != null) {
              throw new IOException(away);
            }
            Files.createDirectories(file.getParent());
            java.nio.file.Path temporary = Files.createTempFile(file.getParent(), "..", null);
            Files.write(temporary, toByteArray());
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
          }
        };
    return new FSDataOutputStream(upload, null);
  }
}
