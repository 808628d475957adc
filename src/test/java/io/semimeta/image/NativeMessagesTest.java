package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.MeasuredJvm;
import io.semimeta.data.Orientation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What libjpeg and libpng say of damaged files, in a JVM of its own. */
class NativeMessagesTest {
  @TempDir private Path folder;

  /** Decodes two damaged files; the property is set as {@code bin/semimeta} does. */
  static final class Damaged {
    private Damaged() {}

    public static void main(String[] args) throws IOException {
      if (args.length > 0) {
        System.setProperty("semimeta.log", args[0]);
      }
      byte[] jpeg = TestImages.jpeg(64, 64, 0x123456);
      int middle = jpeg.length - 40;
      jpeg[middle] = (byte) 0xff; // then the end's marker, where data should be
      jpeg[middle + 1] = (byte) 0xd9;
      StoredImage.of(jpeg, Orientation.STORED);
      System.err.println("Java's own");
    }
  }

  @Test
  void goBesideTheLog() throws IOException, InterruptedException {
    Path log = folder.resolve("semimeta.log");
    List<String> lines =
        MeasuredJvm.run(
            Damaged.class, "64m", folder.resolve("out"), Map.of(), List.of(log.toString()));
    assertEquals(List.of("Java's own"), lines);
    String said = Files.readString(folder.resolve("native.log"));
    assertTrue(said.contains("Corrupt JPEG data"), said);
    List<String> bare =
        MeasuredJvm.run(Damaged.class, "64m", folder.resolve("bare"), Map.of(), List.of());
    assertTrue(bare.get(0).contains("Corrupt JPEG data"), bare::toString);
  }
}
