package io.semimeta.files;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.util.Progressable;

/** A local folder behind a scheme of a test's own, which may see to what becomes of new files. */
public abstract class SchemeFileSystem extends RawLocalFileSystem {
  /** Creates the file as it is done on the local disk. */
  @FunctionalInterface
  protected interface Local {
    OutputStream create() throws IOException;
  }

  /** The stream that a new file is written to. */
  protected OutputStream create(Path file, Local local) throws IOException {
    return local.create();
  }

  @Override
  public abstract String getScheme();

  /**
   * Hadoop's local disk looks for permissions by a program, which it gives only files of its own.
   */
  @Override
  public void access(Path path, FsAction mode) throws IOException {}

  @Override
  public final URI getUri() {
    return URI.create(getScheme() + ":///");
  }

  @Override
  public final FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    Local local = () -> super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    return new FSDataOutputStream(create(file, local), null);
  }
}
