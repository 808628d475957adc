package io.semimeta.recordio;

import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Progressable;

/**
 * A local folder behind the scheme {@code halt:}. The JVM ends at once, without a last word, when
 * the record file is begun whose number the property {@code halt.at} names.
 */
public final class HaltingFileSystem extends RawLocalFileSystem {
  static final String HALT_AT = "halt.at";

  /** As of a process that was killed. */
  static final int STATUS = 137;

  private static final AtomicInteger BEGUN = new AtomicInteger();

  @Override
  public URI getUri() {
    return URI.create("halt:///");
  }

  @Override
  public String getScheme() {
    return "halt";
  }

  @Override
  public FSDataOutputStream create(
      Path file,
      boolean overwrite,
      int bufferSize,
      short replication,
      long blockSize,
      Progressable progress)
      throws IOException {
    FSDataOutputStream out =
        super.create(file, overwrite, bufferSize, replication, blockSize, progress);
    if (file.getName().matches("_.*\\.rec\\.\\d+")
        && BEGUN.incrementAndGet() == Integer.getInteger(HALT_AT)) {
      out.write(new byte[100]);
      Runtime.getRuntime().halt(STATUS);
    }
    return out;
  }
}
