package io.semimeta.files;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What this program writes to a local disk. */
class LocalDiskTest {
  @TempDir private java.nio.file.Path folder;

  private Path written(Configuration conf) throws IOException {
    Path file = new Path(folder.resolve("of/a/run/file").toUri());
    WholeFile.write(file, conf, out -> out.write(new byte[] {1, 2}));
    return file;
  }

  @Test
  void permissionsFollowHadoopsMask() throws IOException {
    Configuration conf = new Configuration(false);
    conf.set("fs.permissions.umask-mode", "027");
    written(conf);
    java.nio.file.Path file = folder.resolve("of/a/run/file");
    assertEquals("rw-r-----", mode(file));
    assertEquals("rwxr-x---", mode(file.getParent()));
    assertEquals(2, Files.size(file));
  }

  private static String mode(java.nio.file.Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  /** A signal to all processes of a terminal would end a program that Hadoop has started. */
  @Test
  void noProgramIsStarted() throws IOException {
    Configuration conf = new Configuration(false);
    FileSystem.getLocal(conf); // Hadoop looks for programs once, as it starts
    List<String> started;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.ProcessStart");
      recording.start();
      WholeFile.replace(written(conf), conf, new byte[] {3});
      recording.stop();
      java.nio.file.Path events = folder.resolve("events.jfr");
      recording.dump(events);
      started =
          RecordingFile.readAllEvents(events).stream()
              .map(event -> event.getString("command"))
              .toList();
    }
    assertEquals(List.of(), started);
  }
}
