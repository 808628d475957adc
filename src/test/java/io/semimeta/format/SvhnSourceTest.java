package io.semimeta.format;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.image.DecodedImage;
import io.semimeta.image.TestImages;
import io.semimeta.source.ImageSource;
import io.semimeta.source.InputFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SvhnSourceTest {
  private static final Configuration CONF = new Configuration();

  @TempDir private Path folder;

  private ImageSource open(boolean extra) {
    org.apache.hadoop.fs.Path input = new org.apache.hadoop.fs.Path(folder.toUri());
    return SourceFormat.SVHN.open(
        new SourceOptions(input, null, null, extra), new InputFiles(CONF));
  }

  private static List<ImageSource.Image> read(ImageSource source, String split) throws IOException {
    return TestSources.read(source, split, CONF);
  }

  private void assertRefused(String message) {
    UserError error = assertThrows(UserError.class, () -> read(open(false), "train"));
    assertTrue(error.getMessage().contains(message), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private static void assertImage(ImageSource.Image image, String name, int index)
      throws IOException {
    assertEquals(name + "#" + index, image.path());
    assertEquals((index + 1) % 10, image.record().label());
    DecodedImage decoded = TestImages.decode(image.record().encoded());
    assertEquals(
        List.of(3, 32, 32), List.of(decoded.channels(), decoded.height(), decoded.width()));
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 32; y++) {
        for (int x = 0; x < 32; x++) {
          assertEquals(
              TestSources.svhnPixel(y, x, c, index), decoded.pixels()[(c * 32 + y) * 32 + x]);
        }
      }
    }
  }

  @Test
  void digitsKeepTheirOrderAndTenIsZero() throws IOException {
    TestSources.svhn(folder.resolve("train_32x32.mat"), 12, 12);
    TestSources.svhn(folder.resolve("test_32x32.mat"), 3, 3);
    TestSources.svhn(folder.resolve("extra_32x32.mat"), 5, 5);
    ImageSource source = open(false);
    assertEquals(IntStream.range(0, 10).mapToObj(String::valueOf).toList(), source.classes());
    List<ImageSource.Image> train = read(source, "train");
    assertEquals(12, train.size());
    for (int i = 0; i < 12; i++) {
      assertEquals(i, train.get(i).record().id());
      assertImage(train.get(i), "train_32x32.mat", i);
    }
    List<ImageSource.Image> test = read(source, "test");
    assertEquals(3, test.size());
    assertImage(test.get(2), "test_32x32.mat", 2);

    List<ImageSource.Image> more = read(open(true), "train");
    assertEquals(17, more.size());
    assertEquals(13, more.get(13).record().id());
    assertImage(more.get(13), "extra_32x32.mat", 1);
  }

  @Test
  void laterPartsBeginWhereTheEarlierEnd() throws IOException {
    int images = 20_003;
    TestSources.svhn(folder.resolve("train_32x32.mat"), images, images);
    ImageSource source = open(false);
    assertEquals(2, source.parts().size());
    try (ImageSource.Reader reader = source.parts().get(1).open(CONF)) {
      ImageSource.Image first = reader.next();
      assertEquals(20_000, first.record().id());
      assertImage(first, "train_32x32.mat", 20_000);
      reader.next();
      assertImage(reader.next(), "train_32x32.mat", 20_002);
      assertEquals(null, reader.next());
    }
  }

  @Test
  void faultyFilesAreNamed() throws IOException {
    Path file = folder.resolve("train_32x32.mat");
    assertRefused("train_32x32.mat is missing");
    Files.writeString(file, "MATLAB 7.3 MAT-file, Platform: GLNXA64".repeat(20));
    assertRefused("is a MATLAB file of version 7.3 (HDF5)");
    Files.write(file, "\u0089HDF\r\n".getBytes(StandardCharsets.ISO_8859_1));
    assertRefused("version 7.3");
    Files.writeString(file, "<html>not found</html>");
    assertRefused("not a MATLAB file of version 5");
    TestSources.svhn(file, 4, 3);
    assertRefused("X holds 4 images, but y not as many labels");
    TestSources.svhn(file, 4, 4);
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length += 97) {
      Files.write(file, Arrays.copyOf(whole, length));
      assertRefused("train_32x32.mat in ");
    }
    Files.write(file, whole);
    assertThrows(UserError.class, () -> open(true), "no extra_32x32.mat");
  }

  /** The authors' files have 10; copies that others have made of them have 0. */
  @Test
  void zeroIsZeroTooAndElevenNothing() throws IOException {
    Path file = folder.resolve("train_32x32.mat");
    TestSources.svhnPlain(file, 2);
    byte[] bytes = Files.readAllBytes(file);
    int last = bytes.length - 3; // the last number of y, before its padding
    assertEquals(2, bytes[last]);
    bytes[last] = 0;
    Files.write(file, bytes);
    assertEquals(0, read(open(false), "train").get(1).record().label());
    bytes[last] = 11;
    Files.write(file, bytes);
    assertRefused("image 1 has label 11, not 1 to 9, nor 10 or 0 for the digit 0");
  }
}
