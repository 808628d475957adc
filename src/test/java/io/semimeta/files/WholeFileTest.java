package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.UnsupportedFileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WholeFileTest {
  @TempDir java.nio.file.Path folder;
  private final Configuration conf = new Configuration(false);

  @Test
  void makesFoldersAndLeavesNothingBeside() throws IOException {
    java.nio.file.Path file = folder.resolve("a/b/result.json");
    replace(file, "first, and longer");
    replace(file, "second");
    assertEquals("second", Files.readString(file));
    try (Stream<java.nio.file.Path> beside = Files.list(file.getParent())) {
      assertEquals(List.of(file), beside.toList());
    }
  }

  @Test
  void failureLeavesTheOldContent() throws IOException {
    java.nio.file.Path file = folder.resolve("taken");
    Files.createDirectories(file.resolve("by-a-folder"));
    assertThrows(IOException.class, () -> replace(file, "x"));
    assertTrue(Files.isDirectory(file.resolve("by-a-folder")));
    try (Stream<java.nio.file.Path> beside = Files.list(folder)) {
      assertEquals(List.of(file), beside.toList());
    }
  }

  /** Figures are not worth a run: who writes them catches exceptions, but no errors. */
  @Test
  void aFullDiskIsAnExceptionThatNamesTheFile() throws IOException {
    FullDisk.configure(conf);
    Path file = new Path("full:" + folder + "/metrics.jsonl");
    WholeFile.replace(file, conf, new byte[] {1});
    FullDisk.files = ".*metrics.*";
    try {
      OutputException failure =
          assertThrows(
              OutputException.class, () -> WholeFile.replace(file, conf, new byte[] {2, 3}));
      assertEquals(file + ": no space left on device; make room there", failure.getMessage());
    } finally {
      FullDisk.files = "";
    }
    assertArrayEquals(new byte[] {1}, Files.readAllBytes(folder.resolve("metrics.jsonl")));
  }

  /** What {@code --packages} would bring. */
  @Test
  void aFileSystemWithoutItsClassesNamesTheirPackage() {
    conf.set("fs.s3a.impl", "org.apache.hadoop.fs.s3a.NotThere");
    conf.setBoolean("fs.s3a.impl.disable.cache", true);
    IOException failure =
        assertThrows(
            UnsupportedFileSystemException.class,
            () -> WholeFile.fileSystem(new Path("s3a://bucket/x"), conf));
    assertTrue(
        failure.getMessage().contains("--packages org.apache.hadoop:hadoop-aws:"),
        failure.getMessage());
  }

  @Test
  void readersSeeOneContentOrTheOther() throws Exception {
    java.nio.file.Path file = folder.resolve("f");
    byte[] ones = new byte[100_000];
    Arrays.fill(ones, (byte) 1);
    byte[] twos = new byte[200_000];
    Arrays.fill(twos, (byte) 2);
    WholeFile.replace(new Path(file.toUri()), conf, ones);
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              try {
                for (int i = 0; i < 100; i++) {
                  WholeFile.replace(new Path(file.toUri()), conf, i % 2 == 0 ? twos : ones);
                }
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              } finally {
                done.set(true);
              }
            });
    writer.start();
    while (!done.get()) {
      byte[] seen = Files.readAllBytes(file);
      assertArrayEquals(seen.length == ones.length ? ones : twos, seen);
    }
    writer.join();
    assertArrayEquals(ones, Files.readAllBytes(file));
  }

  @Test
  void overwritingKeepsTheInode() throws IOException {
    java.nio.file.Path file = folder.resolve("events");
    Path path = new Path(file.toUri());
    WholeFile.write(
        path, conf, out -> out.write("longer than the next".getBytes(StandardCharsets.UTF_8)));
    Object inode = Files.getAttribute(file, "unix:ino");
    WholeFile.write(path, conf, out -> out.write("next".getBytes(StandardCharsets.UTF_8)));
    assertEquals("next", Files.readString(file));
    assertEquals(inode, Files.getAttribute(file, "unix:ino"));
  }

  private void replace(java.nio.file.Path file, String content) throws IOException {
    WholeFile.replace(new Path(file.toString()), conf, content.getBytes(StandardCharsets.UTF_8));
  }
}
