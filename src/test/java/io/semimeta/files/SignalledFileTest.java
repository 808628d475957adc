package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.apache.hadoop.util.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Ctrl-C in the moment in which Hadoop has a program set a file's permissions. */
class SignalledFileTest {
  @TempDir private java.nio.file.Path folder;

  /** A local disk on which that program ends with a status, a number of times. */
  private static final class Signalled extends RawLocalFileSystem {
    private final int status;
    private int times;

    Signalled(int status, int times) throws IOException {
      this.status = status;
      this.times = times;
      initialize(getUri(), new Configuration());
    }

    @Override
    public FSDataOutputStream create(Path file, boolean overwrite) throws IOException {
      FSDataOutputStream out = super.create(file, overwrite);
      if (times-- > 0) {
        out.close();
        throw new Shell.ExitCodeException(status, "");
      }
      return out;
    }
  }

  private byte[] written(int status, int times) throws IOException {
    java.nio.file.Path file = folder.resolve("file");
    OutputFile out = OutputFile.create(new Signalled(status, times), new Path(file.toUri()));
    out.write(new byte[] {1, 2});
    out.close();
    return Files.readAllBytes(file);
  }

  @Test
  void aSignalEndsTheProgramAndNotTheFile() throws IOException {
    for (int status : new int[] {130, 143}) {
      assertArrayEquals(new byte[] {1, 2}, written(status, 1));
      assertThrows(IOException.class, () -> written(status, 2));
    }
    assertThrows(IOException.class, () -> written(1, 1));
  }
}
