package io.semimeta.recordio;

import io.semimeta.files.SchemeFileSystem;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hadoop.fs.Path;

/**
 * A local folder behind the scheme {@code halt:}. The JVM ends at once, without a last word, when
 * the record file is begun whose number the property {@code halt.at} names.
 */
public final class HaltingFileSystem extends SchemeFileSystem {
  public static final String HALT_AT = "halt.at";

  /** As of a process that was killed. */
  public static final int STATUS = 137;

  private static final AtomicInteger BEGUN = new AtomicInteger();

  @Override
  public String getScheme() {
    return "halt";
  }

  @Override
  protected OutputStream create(Path file, Local local) throws IOException {
    OutputStream out = local.create();
    if (file.getName().matches("_.*\\.rec\\.\\d+")
        && BEGUN.incrementAndGet() == Integer.getInteger(HALT_AT)) {
      out.write(new byte[100]);
      Runtime.getRuntime().halt(STATUS);
    }
    return out;
  }
}
