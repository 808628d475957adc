package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.data.Orientation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NativeImagesTest {
  private static ImageInput input(int channels, int height, int width) {
    return new ImageInput(channels, height, width, true);
  }

  private static void assertClose(DecodedImage expected, DecodedImage actual, int tolerance) {
    assertEquals(expected.channels(), actual.channels());
    assertEquals(expected.pixels().length, actual.pixels().length);
    for (int i = 0; i < expected.pixels().length; i++) {
      assertEquals(expected.pixels()[i] & 0xff, actual.pixels()[i] & 0xff, tolerance, "value " + i);
    }
  }

  private static DecodedImage crop(DecodedImage image, RandomResizedCrop crop, ImageInput input) {
    return NativeImages.crop(NativeImages.mat(image), 1, crop, input);
  }

  private static DecodedImage centre(DecodedImage image, int side) {
    return NativeImages.image(NativeImages.centre(NativeImages.mat(image), side, side));
  }

  private static void assertMeans(DecodedImage image, DecodedImage resized) {
    for (int c = 0; c < image.channels(); c++) {
      for (int y = 0; y < resized.height(); y++) {
        for (int x = 0; x < resized.width(); x++) {
          double mean =
              mean(
                  image,
                  c,
                  new double[] {y, y + 1, resized.height(), image.height()},
                  new double[] {x, x + 1, resized.width(), image.width()});
          int at = (c * resized.height() + y) * resized.width() + x;
          assertEquals(mean, resized.pixels()[at] & 0xff, 0.51, c + " " + y + " " + x);
        }
      }
    }
  }

  /** The mean of the area under a new pixel, from its two ends, the new length and the old one. */
  private static double mean(DecodedImage image, int c, double[] rows, double[] columns) {
    double sum = 0;
    double area = 0;
    for (int y = 0; y < image.height(); y++) {
      for (int x = 0; x < image.width(); x++) {
        double covered = covered(y, rows) * covered(x, columns);
        sum += covered * (image.pixels()[(c * image.height() + y) * image.width() + x] & 0xff);
        area += covered;
      }
    }
    return sum / area;
  }

  private static double covered(int old, double[] axis) {
    double scale = axis[3] / axis[2];
    return Math.max(0, Math.min(old + 1, axis[1] * scale) - Math.max(old, axis[0] * scale));
  }

  @Test
  void aSmallerImageHasTheMeansOfTheAreas() {
    for (int channels : new int[] {1, 3}) {
      DecodedImage image = TestImages.random(channels, 37, 37, 4);
      for (int size : new int[] {1, 9, 20, 36, 37}) {
        DecodedImage small = centre(image, size);
        assertEquals(size, small.height());
        assertEquals(size, small.width());
        assertMeans(image, small);
      }
      DecodedImage even = TestImages.random(channels, 28, 28, 5);
      assertArrayEquals(halved(even).pixels(), centre(even, 14).pixels());
    }
  }

  @Test
  void aLargerImageIsInterpolated() {
    DecodedImage two = new DecodedImage(1, 2, 2, new byte[] {0, 100, 0, 100});
    assertArrayEquals(new byte[] {0, 25, 75, 100}, Arrays.copyOf(centre(two, 4).pixels(), 4));
    DecodedImage one = new DecodedImage(1, 1, 1, new byte[] {7});
    assertArrayEquals(new byte[] {7, 7, 7, 7}, centre(one, 2).pixels());
  }

  @Test
  void theCentreOfTheLongerSideIsKept() {
    byte[] pixels = new byte[4 * 12];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (10 * (i % 12 / 2));
    }
    DecodedImage wide = centre(new DecodedImage(1, 4, 12, pixels), 2);
    assertArrayEquals(new byte[] {20, 30, 20, 30}, wide.pixels());
    // A very long one, of which only the middle is resized.
    byte[] line = new byte[60_000];
    Arrays.fill(line, 29_999, 30_001, (byte) 80);
    for (DecodedImage image :
        new DecodedImage[] {
          new DecodedImage(1, 1, line.length, line), new DecodedImage(1, line.length, 1, line)
        }) {
      DecodedImage square = centre(image, 8);
      assertEquals(64, square.pixels().length);
      assertTrue(square.pixels()[27] > 20, () -> Arrays.toString(square.pixels()));
    }
  }

  @Test
  void aCropOfEverythingIsAResizedImage() {
    DecodedImage image = TestImages.random(3, 37, 37, 4);
    RandomResizedCrop all = new RandomResizedCrop(0, 0, 37, 37, false);
    for (int size : new int[] {9, 20, 37, 50}) {
      assertArrayEquals(
          centre(image, size).pixels(), crop(image, all, input(3, size, size)).pixels());
    }
  }

  @Test
  void aCropIsCutOutAndMirrored() {
    for (int channels : new int[] {1, 3}) {
      DecodedImage image = TestImages.random(channels, 6, 8, 4);
      ImageInput size = input(channels, 3, 4);
      byte[] cut = crop(image, new RandomResizedCrop(3, 2, 4, 3, false), size).pixels();
      byte[] mirrored = crop(image, new RandomResizedCrop(3, 2, 4, 3, true), size).pixels();
      for (int i = 0; i < cut.length; i++) {
        int c = i / 12;
        int y = i / 4 % 3;
        int x = i % 4;
        assertEquals(image.pixels()[(c * 6 + 2 + y) * 8 + 3 + x], cut[i]);
        assertEquals(cut[i], mirrored[i - x + 3 - x]);
      }
    }
  }

  /**
   * From a reduced image the same part comes as from the whole one, but for decoding's rounding.
   */
  @Test
  void partsOfReducedImagesAreThePartsOfTheWhole() throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
      byte[] jpeg = TestImages.encode(smooth(type), "jpeg");
      ImageHeader header = ImageHeader.of(jpeg);
      RandomResizedCrop crop = new RandomResizedCrop(40, 16, 160, 128, true);
      for (int size : new int[] {16, 32, 64, 128}) {
        assertEquals(128 / size, crop.reduction(size, size));
        DecodedImage whole = ImageDecoder.decode(jpeg, 3, Orientation.STORED);
        ImageInput input = input(3, size, size);
        DecodedImage expected = crop(whole, crop, input);
        int reduction = 128 / size;
        DecodedImage part =
            NativeImages.decode(
                header,
                3,
                reduction,
                Orientation.STORED,
                image -> NativeImages.crop(image, reduction, crop, input));
        assertClose(expected, part, 4);
        boolean rounded = !Arrays.equals(expected.pixels(), part.pixels());
        assertEquals(size < 128, rounded, "reduced, for size " + size);
      }
    }
  }

  private static BufferedImage smooth(int type) {
    BufferedImage image = new BufferedImage(240, 160, type);
    for (int y = 0; y < 160; y++) {
      for (int x = 0; x < 240; x++) {
        image.setRGB(x, y, x << 16 | y << 8 | (x + y) / 2);
      }
    }
    return image;
  }

  @Test
  void everyKindOfImageCanBeCropped() throws IOException {
    byte[] grey =
        TestImages.encode(new BufferedImage(40, 30, BufferedImage.TYPE_BYTE_GRAY), "jpeg");
    byte[][] files = {TestImages.png(3, 30, 40, 1), grey, TestImages.jpeg(30, 40, 0xc86432)};
    for (byte[] file : files) {
      SplittableRandom random = new SplittableRandom(1);
      DecodedImage part = ImageDecoder.crop(file, input(3, 12, 12), true, random);
      assertEquals(3 * 144, part.pixels().length);
      DecodedImage again = ImageDecoder.crop(file, input(3, 12, 12), true, new SplittableRandom(1));
      assertArrayEquals(part.pixels(), again.pixels());
    }
    DecodedImage one = ImageDecoder.crop(grey, input(1, 12, 12), true, new SplittableRandom(1));
    assertEquals(144, one.pixels().length);
    assertTrue(one.pixels()[77] <= 2);
  }

  @Test
  void jpegsAreResizedWithoutACrop() throws IOException {
    for (int type : new int[] {BufferedImage.TYPE_INT_RGB, BufferedImage.TYPE_BYTE_GRAY}) {
      for (String format : new String[] {"jpeg", "png"}) {
        byte[] file = TestImages.encode(smooth(type), format);
        DecodedImage whole = TestImages.decode(file);
        assertClose(whole, TestImages.decode(resizedJpeg(file, 160, 95)), 6);
        byte[] jpeg = resizedJpeg(file, 80, 95);
        assertClose(halved(whole), TestImages.decode(jpeg), 6);
        assertArrayEquals(jpeg, resizedJpeg(file, 80, 95));
        assertTrue(resizedJpeg(file, 80, 30).length < jpeg.length);
        DecodedImage larger = TestImages.decode(resizedJpeg(file, 320, 95));
        assertEquals(320, larger.height());
        assertEquals(480, larger.width());
        assertClose(whole, halved(larger), 6);
      }
    }
  }

  private static byte[] resizedJpeg(byte[] file, int side, int quality) throws IOException {
    return StoredImage.resized(file, side, quality, Orientation.STORED).encoded();
  }

  private static DecodedImage halved(DecodedImage image) {
    int height = image.height() / 2;
    int width = image.width() / 2;
    byte[] pixels = new byte[image.channels() * height * width];
    for (int i = 0; i < pixels.length; i++) {
      int at = i / width * 2 * image.width() + i % width * 2;
      int sum = 0;
      for (int old : new int[] {at, at + 1, at + image.width(), at + image.width() + 1}) {
        sum += image.pixels()[old] & 0xff;
      }
      pixels[i] = (byte) ((sum + 2) / 4);
    }
    return new DecodedImage(image.channels(), height, width, pixels);
  }

  @Test
  void whatBecomesTooLongForAJpegIsRefused() throws IOException {
    byte[] line = TestImages.jpeg(1, 300, 0x808080);
    assertEquals(60_000, TestImages.decode(resizedJpeg(line, 200, 95)).width());
    IOException error = assertThrows(IOException.class, () -> resizedJpeg(line, 256, 95));
    assertTrue(error.getMessage().contains("too long for a JPEG"), error.getMessage());
  }
}
