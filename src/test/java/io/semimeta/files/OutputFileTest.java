package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocalDiskErrors;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.hdfs.protocol.DSQuotaExceededException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir private java.nio.file.Path folder;

  private static void assertLasts(String reason, Throwable failure) {
    IOException named = OutputFile.named(new Path("s3a://b/x.rec"), failure);
    assertInstanceOf(OutputException.class, named);
    assertTrue(named.getMessage().startsWith("s3a://b/x.rec: " + reason), named.getMessage());
    assertEquals(named, OutputFile.named(new Path("y"), named), "once");
  }

  @Test
  void whatTryingAgainDoesNotMend() {
    assertLasts(
        "no space left on device; make room there", LocalDiskErrors.of("No space left on device"));
    assertLasts("no space left on device; ", new IOException("No space left on device"));
    assertLasts("disk quota exceeded; ", LocalDiskErrors.of("Disk quota exceeded"));
    assertLasts("file too large; raise", LocalDiskErrors.of("File too large"));
    assertLasts(
        "read-only file system; ", new FileNotFoundException("/a/x.rec (Read-only file system)"));
    assertLasts(
        "permission denied; allow", new FileNotFoundException("/x.rec (Permission denied)"));
    assertLasts("permission denied; allow", new AccessDeniedException("/a/x.rec"));
    assertLasts("The DiskSpace quota", new DSQuotaExceededException(10, 20));
  }

  @Test
  void theRestNamesTheFileToo() {
    for (Throwable failure :
        new Throwable[] {
          LocalDiskErrors.of("Input/output error"), new IOException("Input/output error")
        }) {
      IOException named = OutputFile.named(new Path("out/x.rec"), failure);
      assertFalse(named instanceof OutputException);
      assertEquals("out/x.rec: Input/output error", named.getMessage());
    }
    IOException own = new IOException("x.rec is gone");
    assertEquals(own, OutputFile.named(new Path("out/x.rec"), own));
  }

  /** Hadoop says of a folder that cannot be made only that it cannot. */
  @Test
  void aFolderThatCannotBeMadeIsExplained() throws IOException {
    Files.writeString(folder.resolve("file"), "");
    Path path = new Path("file:" + folder + "/file/a/b");
    FileSystem fs = WholeFile.fileSystem(path, new Configuration());
    IOException failure = assertThrows(IOException.class, () -> OutputFile.create(fs, path));
    assertTrue(failure.getMessage().contains("/file"), failure.getMessage());
    assertFalse(failure.getMessage().contains("Mkdirs failed"), failure.getMessage());
  }

  /** The device that is always full, through Hadoop's own local disk. */
  @Test
  void aDeviceWithoutRoom() throws IOException {
    Files.createSymbolicLink(folder.resolve("full"), java.nio.file.Path.of("/dev/full"));
    Path path = new Path("file:" + folder + "/full");
    FileSystem fs = WholeFile.fileSystem(path, new Configuration());
    OutputException failure =
        assertThrows(
            OutputException.class,
            () -> {
              try (OutputFile out = OutputFile.create(fs, path)) {
                out.write(new byte[1 << 17]);
              }
            });
    assertEquals(
        "file:" + folder + "/full: no space left on device; make room there", failure.getMessage());
  }
}
