package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.recordio.FaultyFileSystem;
import io.semimeta.recordio.RecordReader;
import io.semimeta.recordio.Sidecar;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class FileReadingTest {
  @TempDir private java.nio.file.Path folder;

  /** Java says of a forbidden local file that it is not found. */
  @Test
  void whatIsForbiddenIsNotMissing() {
    for (IOException forbidden :
        List.of(
            new FileNotFoundException("/d/a.jpg (Permission denied)"),
            new AccessDeniedException("/d/a.jpg"),
            new AccessControlException("Permission denied: user=a"),
            new IOException("Invalid directory or I/O error occurred for dir: /d"))) {
      assertTrue(FileReading.isForbidden(forbidden), forbidden.toString());
      assertFalse(FileReading.isMissing(forbidden), forbidden.toString());
      assertEquals(
          "permission denied; allow it to the user " + System.getProperty("user.name"),
          FileReading.reason(forbidden));
    }
  }

  @Test
  void whatIsMissing() {
    for (IOException missing :
        List.of(
            new FileNotFoundException("/d/a.jpg (No such file or directory)"),
            new FileNotFoundException("File file:/d/a (1).jpg does not exist"),
            new NoSuchFileException("/d/a.jpg"))) {
      assertTrue(FileReading.isMissing(missing), missing.toString());
      assertEquals("no such file or folder", FileReading.reason(missing));
    }
    assertFalse(FileReading.isMissing(new FileNotFoundException("/d/a (Too many open files)")));
    assertEquals("cut", FileReading.reason(new IOException("cut\nand more")));
  }

  @Test
  void onlyAMissingFileIsNotFound() throws IOException {
    FileSystem fs =
        new Path("faulty:" + folder).getFileSystem(FaultyFileSystem.configure(new Configuration()));
    Path file = new Path("faulty:" + folder + "/a.jpg");
    assertThrows(FileNotFoundException.class, () -> FileReading.open(fs, file));
    Files.createFile(folder.resolve("a.jpg"));
    FaultyFileSystem.failNext("a.jpg", new FileNotFoundException("/d/a.jpg (Permission denied)"));
    IOException failure = assertThrows(IOException.class, () -> FileReading.open(fs, file));
    assertFalse(failure instanceof FileNotFoundException);
    assertTrue(FileReading.isForbidden(failure));
    FileReading.open(fs, file).close();
  }

  /** Hadoop's own error says neither which file it was nor that it is one of a file. */
  @Test
  void aDiskThatFailsIsAnExceptionThatNamesTheFile() throws IOException {
    Configuration conf = FaultyFileSystem.configure(new Configuration());
    Path file = new Path("faulty:" + folder + "/a.rec");
    FileSystem fs = file.getFileSystem(conf);
    Files.write(folder.resolve("a.rec"), new byte[100]);
    List<Executable> readings =
        List.of(
            () -> opened(fs, file).read(),
            () -> opened(fs, file).read(new byte[10]),
            () -> opened(fs, file).readFully(50, new byte[10]),
            () -> RecordReader.open(file, conf).next(),
            () -> DataFiles.open(file, conf).read());
    for (Executable reading : readings) {
      FaultyFileSystem.failNextRead("a.rec");
      IOException failure = assertThrows(IOException.class, reading);
      assertEquals(file + ": Input/output error", failure.getMessage());
    }
    Files.write(folder.resolve("a.meta"), new byte[100]);
    FaultyFileSystem.failNextRead("a.meta");
    assertEquals(
        "Cannot read %1$s: %1$s: Input/output error".formatted(Sidecar.of(file)),
        assertThrows(UncheckedIOException.class, () -> Sidecar.read(file, conf)).getMessage());
  }

  private static FSDataInputStream opened(FileSystem fs, Path file) throws IOException {
    return FileReading.open(fs, file);
  }
}
