package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.data.Orientation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PixelSumsTest {

  /** To the last unit, wherever the pixels are added up. */
  private static void assertExact(byte[] encoded) throws IOException {
    DecodedImage image = TestImages.decode(encoded);
    PixelSums sums = StoredImage.of(encoded, Orientation.STORED).sums();
    assertEquals(image.height(), sums.height());
    assertEquals(image.width(), sums.width());
    long[] sum = new long[image.channels()];
    long[] squares = new long[image.channels()];
    for (int i = 0; i < image.pixels().length; i++) {
      int value = image.pixels()[i] & 0xff;
      sum[i / (image.height() * image.width())] += value;
      squares[i / (image.height() * image.width())] += (long) value * value;
    }
    assertArrayEquals(sum, sums.sum());
    assertArrayEquals(squares, sums.squares());
  }

  private static BufferedImage random(int type, int height, int width) {
    BufferedImage image = new BufferedImage(width, height, type);
    Random random = new Random(height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, random.nextInt());
      }
    }
    return image;
  }

  @Test
  void sumsAreThoseOfTheDecodedPixels() throws IOException {
    int[] opaque = {
      BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY,
    };
    for (int[] size : new int[][] {{1, 1}, {7, 5}, {37, 64}, {211, 333}}) {
      for (int type : opaque) {
        assertExact(TestImages.encode(random(type, size[0], size[1]), "jpeg"));
        assertExact(TestImages.encode(random(type, size[0], size[1]), "png"));
      }
      for (int type : new int[] {BufferedImage.TYPE_INT_ARGB, BufferedImage.TYPE_BYTE_INDEXED}) {
        assertExact(TestImages.encode(random(type, size[0], size[1]), "png"));
      }
    }
  }

  /** A sum of 32 bits would not hold it. */
  @Test
  void largeWhiteImagesAreExact() throws IOException {
    long side = 4_200;
    byte[] encoded = TestImages.jpeg((int) side, (int) side, 0xffffff);
    PixelSums sums = StoredImage.of(encoded, Orientation.STORED).sums();
    long[] sum = new long[3];
    Arrays.fill(sum, side * side * 255);
    assertArrayEquals(sum, sums.sum());
    long[] squares = new long[3];
    Arrays.fill(squares, side * side * 255 * 255);
    assertArrayEquals(squares, sums.squares());
  }

  @Test
  void whatIsCutShortHasNone() throws IOException {
    byte[] jpeg = TestImages.jpeg(64, 64, 0x123456);
    IOException error =
        assertThrows(
            IOException.class,
            () -> StoredImage.of(Arrays.copyOf(jpeg, jpeg.length - 60), Orientation.STORED));
    assertEquals("truncated file", error.getMessage());
  }

  @Test
  void photographsAreExact() throws IOException {
    String data = System.getProperty("semimeta.imagenet", "");
    Path train = Path.of(data, "train");
    assumeTrue(
        !data.isEmpty() && Files.isDirectory(train),
        "skipped: -Dsemimeta.imagenet=DIR names no folder with ImageNet's train/<wnid>/*.JPEG");
    List<Path> files;
    try (Stream<Path> all = Files.walk(train)) {
      files = all.filter(Files::isRegularFile).sorted().limit(200).toList();
    }
    for (Path file : files) {
      assertExact(Files.readAllBytes(file));
    }
  }
}
