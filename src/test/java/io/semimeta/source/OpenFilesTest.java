package io.semimeta.source;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.UserError;
import io.semimeta.format.SourceFormat;
import io.semimeta.format.SourceOptions;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with a part, or cannot be brought to its first image, leaves no file open. */
class OpenFilesTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  /**
   * @param input as prepare takes it
   * @param file that is cut after the source was opened
   */
  private static void assertNothingStaysOpen(
      SourceFormat format, Path input, Path file, int part, byte[] cut) throws IOException {
    org.apache.hadoop.fs.Path from = new org.apache.hadoop.fs.Path(input.toUri());
    ImageSource source =
        format.open(new SourceOptions(from, null, null, false), new InputFiles(CONF));
    Files.write(file, cut);
    assertThrows(UserError.class, () -> source.parts().get(part).open(CONF));
    assertEquals(List.of(), TestSources.open(file));
  }

  @Test
  void openFilesAreSeen() throws IOException {
    Path file = Files.write(folder.resolve("x"), new byte[1]).toRealPath();
    try (RandomAccessFile held = new RandomAccessFile(file.toFile(), "r")) {
      assertEquals(1, TestSources.open(file).size());
      assertEquals(0, held.read());
    }
  }

  @Test
  void aClassArchiveThatWasRead() throws IOException {
    Path archive = folder.toRealPath().resolve("n01440764.tar");
    Files.write(archive, TestSources.tar(Map.of("n01440764_1.JPEG", new byte[] {1})));
    String uri = archive.toUri().toString();
    FileSlice slice = new FileSlice(uri, "n01440764.tar", 0, Files.size(archive), null);
    try (ImageSource.Reader reader = new ClassArchivePart("train", slice, 0, 0).open(CONF)) {
      assertArrayEquals(new byte[] {1}, reader.next().record().encoded());
      assertNull(reader.next());
      assertEquals(1, TestSources.open(archive).size());
    }
    assertEquals(List.of(), TestSources.open(archive));
  }

  @Test
  void cifar() throws IOException {
    Map<String, byte[]> files = TestSources.cifar10(1);
    files.put("data_batch_1.bin", new byte[10_001 * 3073]); // two parts
    Path archive = folder.resolve("cifar.tar.gz");
    TestSources.tarGz(archive, files);
    byte[] whole = Files.readAllBytes(archive);
    byte[] half = Arrays.copyOf(whole, whole.length / 4);
    assertNothingStaysOpen(SourceFormat.CIFAR10, archive, archive, 1, half);
    Files.write(archive, whole);
    byte[] noEntry = Arrays.copyOf(whole, 20);
    assertNothingStaysOpen(SourceFormat.CIFAR10, archive, archive, 0, noEntry);
  }

  @Test
  void idx() throws IOException {
    TestSources.idx(folder, "train", 3, 4, 2);
    Path images = folder.resolve("train-images-idx3-ubyte.gz");
    byte[] whole = Files.readAllBytes(images);
    assertNothingStaysOpen(SourceFormat.IDX, folder, images, 0, Arrays.copyOf(whole, 12));
    Files.write(images, whole);
    assertNothingStaysOpen(SourceFormat.IDX, folder, images, 0, new byte[12]);
  }

  @Test
  void svhn() throws IOException {
    Path images = folder.resolve("train_32x32.mat");
    TestSources.svhn(images, 3, 3);
    assertNothingStaysOpen(SourceFormat.SVHN, folder, images, 0, new byte[200]);
  }
}
