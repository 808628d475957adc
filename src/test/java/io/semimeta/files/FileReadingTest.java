package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.recordio.FaultyFileSystem;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
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
}
