package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsAction;
import org.apache.hadoop.security.AccessControlException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputPlaceTest {
  @TempDir private java.nio.file.Path folder;
  private final Configuration conf = new Configuration();

  /** Folders that begin with "closed" may not be written to. */
  public static final class ClosedFileSystem extends SchemeFileSystem {
    @Override
    public String getScheme() {
      return "closed";
    }

    @Override
    public void access(Path path, FsAction mode) throws IOException {
      if (path.getName().startsWith("closed")) {
        throw new AccessControlException("Permission denied: user=a, access=" + mode);
      }
    }
  }

  private Path path(String name) {
    return new Path("file:" + folder + "/" + name);
  }

  private String refused(String what, Path path) {
    return assertThrows(
            UserError.class,
            () -> {
              if (what.equals("folder")) {
                OutputPlace.requireFolder("--output", path, conf);
              } else {
                OutputPlace.requireFile("--report", path, conf);
              }
            })
        .getMessage();
  }

  @Test
  void whatCanBeMadeIsNotMade() throws IOException {
    Files.createFile(folder.resolve("report"));
    Files.createDirectory(folder.resolve("there"));
    OutputPlace.requireFolder("--output", path("a/b"), conf);
    OutputPlace.requireFolder("--output", path("there"), conf);
    OutputPlace.requireFile("--report", path("a/b"), conf);
    OutputPlace.requireFile("--report", path("report"), conf);
    assertEquals(2, folder.toFile().list().length);
  }

  @Test
  void aFileInTheWayIsNamed() throws IOException {
    Files.createFile(folder.resolve("file"));
    assertTrue(refused("folder", path("file")).endsWith("file: is a file; name a folder"));
    for (String what : new String[] {"folder", "file"}) {
      String message = refused(what, path("file/a/b"));
      assertTrue(message.contains("/file/a/b: cannot be made, for "), message);
      assertTrue(message.endsWith("/file is a file; name another place"), message);
    }
    Files.createDirectory(folder.resolve("there"));
    assertTrue(refused("file", path("there")).endsWith("there: is a folder; name a file"));
  }

  /** The first folder above that exists decides. */
  @Test
  void aFolderThatIsForbidden() throws IOException {
    conf.setClass("fs.closed.impl", ClosedFileSystem.class, FileSystem.class);
    Files.createDirectories(folder.resolve("closed1/open"));
    String message = refused("folder", new Path("closed:" + folder + "/closed1/a/b"));
    assertTrue(message.startsWith("--output closed:" + folder + "/closed1/a/b: "), message);
    assertTrue(message.contains("cannot be written: permission denied"), message);
    OutputPlace.requireFolder("--output", new Path("closed:" + folder + "/closed1/open/a"), conf);
  }

  /** The option of a disk that is full is right. */
  @Test
  void aFullDiskIsNoMistake() {
    Path file = path("report");
    IOException full = OutputFile.named(file, new IOException("No space left on device"));
    RuntimeException failure = OutputPlace.unwritable("--report", file, full);
    assertEquals(Optional.of(full.getMessage()), OutputException.messageIn(failure));
    assertEquals(Optional.empty(), UserError.messageIn(failure));
    IOException forbidden = OutputFile.named(file, new AccessDeniedException(file.toString()));
    String line = OutputPlace.unwritable("--report", file, forbidden).getMessage();
    assertTrue(line.startsWith("--report " + file + ": cannot be written: "), line);
  }
}
