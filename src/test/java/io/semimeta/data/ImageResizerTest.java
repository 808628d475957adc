package io.semimeta.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ImageResizerTest {
  @Test
  void halvingIsTheMeanOfFourPixels() {
    DecodedImage image = TestImages.random(3, 28, 28, 5);
    DecodedImage half = ImageResizer.resizeAndCrop(image, 14);
    byte[] expected = new byte[3 * 14 * 14];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < 14; y++) {
        for (int x = 0; x < 14; x++) {
          int at = (c * 28 + 2 * y) * 28 + 2 * x;
          int sum = 0;
          for (int i : new int[] {at, at + 1, at + 28, at + 29}) {
            sum += image.pixels()[i] & 0xff;
          }
          expected[(c * 14 + y) * 14 + x] = (byte) ((sum + 2) / 4);
        }
      }
    }
    assertArrayEquals(expected, half.pixels());
  }

  @Test
  void theSameSizeChangesNothing() {
    DecodedImage image = TestImages.random(1, 9, 9, 1);
    assertArrayEquals(image.pixels(), ImageResizer.resizeAndCrop(image, 9).pixels());
  }

  @Test
  void theCentreOfTheLongerSideIsKept() {
    byte[] pixels = new byte[4 * 12];
    for (int y = 0; y < 4; y++) {
      for (int x = 0; x < 12; x++) {
        pixels[y * 12 + x] = (byte) (10 * (x / 2));
      }
    }
    DecodedImage wide = ImageResizer.resizeAndCrop(new DecodedImage(1, 4, 12, pixels), 2);
    assertEquals(2, wide.height());
    assertEquals(2, wide.width());
    assertArrayEquals(new byte[] {20, 30, 20, 30}, wide.pixels());
  }

  @Test
  void unevenRatiosKeepFlatColoursAndTheMean() {
    byte[] flat = new byte[3 * 37 * 53];
    Arrays.fill(flat, (byte) 255);
    for (int size : new int[] {1, 7, 16, 36, 37, 50, 100}) {
      DecodedImage resized = ImageResizer.resizeAndCrop(new DecodedImage(3, 37, 53, flat), size);
      byte[] expected = new byte[3 * size * size];
      Arrays.fill(expected, (byte) 255);
      assertArrayEquals(expected, resized.pixels(), "size " + size);
    }
    DecodedImage three = new DecodedImage(1, 3, 3, new byte[] {0, 90, 0, 0, 90, 0, 0, 90, 0});
    // Two thirds of a pixel each: (0 + 90 / 2) / 1.5 = 30 on both sides.
    assertArrayEquals(new byte[] {30, 30, 30, 30}, ImageResizer.resizeAndCrop(three, 2).pixels());
  }

  @Test
  void enlargingInterpolates() {
    DecodedImage two = new DecodedImage(1, 2, 2, new byte[] {0, 100, 0, 100});
    byte[] row = Arrays.copyOf(ImageResizer.resizeAndCrop(two, 4).pixels(), 4);
    assertArrayEquals(new byte[] {0, 25, 75, 100}, row);
    DecodedImage one = new DecodedImage(1, 1, 1, new byte[] {7});
    assertArrayEquals(new byte[] {7, 7, 7, 7}, ImageResizer.resizeAndCrop(one, 2).pixels());
  }
}
