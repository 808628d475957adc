package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class ImageInputTest {
  private static ImageInput cropped(int channels, int side) {
    return new ImageInput(channels, side, side, true);
  }

  @Test
  void theCentreIsCutFromEightSeventhsOfItsSide() {
    assertEquals(256, cropped(3, 224).resizedSide());
    assertEquals(128, cropped(3, 112).resizedSide());
    assertEquals(342, cropped(3, 299).resizedSide());
    // 256 pixels stay as they are: the centre is that of the file.
    DecodedImage image = TestImages.random(3, 256, 300, 1);
    byte[] centre =
        cropped(3, 224).evaluated(new ImageRecord(1, 0, PngEncoder.encode(image))).pixels();
    assertEquals(3 * 224 * 224, centre.length);
    for (int i = 0; i < centre.length; i++) {
      int c = i / (224 * 224);
      int y = i / 224 % 224;
      int x = i % 224;
      assertEquals(image.pixels()[(c * 256 + 16 + y) * 300 + 38 + x], centre[i]);
    }
  }

  @Test
  void aGreyDataSetHasNoImageInColour() throws IOException {
    ImageRecord colour = new ImageRecord(1, 0, TestImages.jpeg(30, 30, 0xc86432));
    UserError error = assertThrows(UserError.class, () -> cropped(1, 14).evaluated(colour));
    assertTrue(error.getMessage().contains("in colour"), error.getMessage());
  }

  /** A checkpoint knows no orientation: that of the images that are evaluated counts. */
  @Test
  void theDataSetsOrientationCounts() throws IOException {
    BufferedImage image = new BufferedImage(60, 40, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 60 * 40; i++) {
      image.getRaster().setSample(i % 60, i / 60, 0, 4 * (i % 60));
    }
    byte[] jpeg = TestImages.encode(image, "jpeg");
    ImageRecord record = new ImageRecord(1, 0, TestImages.toBeTurned(jpeg));
    // Brighter to the right; turned by a quarter, brighter below.
    DecodedImage stored = cropped(1, 35).evaluated(record);
    assertEquals(140, (stored.pixels()[34] & 0xff) - (stored.pixels()[0] & 0xff), 12);
    DecodedImage turned = cropped(1, 35).of(Orientation.EXIF).evaluated(record);
    assertEquals(0, (turned.pixels()[34] & 0xff) - (turned.pixels()[0] & 0xff), 4);
    assertEquals(140, (turned.pixels()[34 * 35] & 0xff) - (turned.pixels()[0] & 0xff), 12);
    DecodedImage whole = new ImageInput(1, 60, 40, false, Orientation.EXIF).stored(record);
    assertEquals(60, whole.height());
  }

  /** As if it had been prepared with --image-size, which stores the resized centre as PNG. */
  @Test
  void imagesOfAnotherSizeAreFitted() throws IOException {
    ImageInput input = new ImageInput(3, 6, 6, false);
    byte[] same = TestImages.png(3, 6, 6, 1);
    assertArrayEquals(
        TestImages.decode(same).pixels(), input.fitted(same).pixels(), "its own size");
    byte[] wide = TestImages.png(3, 12, 20, 2);
    byte[] square = StoredImage.square(wide, 6, Orientation.STORED).encoded();
    assertArrayEquals(TestImages.decode(square).pixels(), input.fitted(wide).pixels());
    byte[] lying = TestImages.toBeTurned(TestImages.jpeg(6, 12, 0xc86432));
    ImageInput turning = input.of(Orientation.EXIF);
    byte[] upright = StoredImage.square(lying, 6, Orientation.EXIF).encoded();
    assertArrayEquals(TestImages.decode(upright).pixels(), turning.fitted(lying).pixels());
    ImageInput cropping = new ImageInput(3, 6, 6, true);
    assertArrayEquals(
        cropping.evaluated(new ImageRecord(0, 0, wide)).pixels(), cropping.fitted(wide).pixels());
  }

  @Test
  void otherFormatsAreFittedAsTheyArePrepared() throws IOException {
    BufferedImage image = new BufferedImage(6, 6, BufferedImage.TYPE_INT_RGB);
    image.setRGB(2, 3, 0xc86432);
    byte[] bmp = TestImages.encode(image, "bmp");
    ImageInput input = new ImageInput(3, 6, 6, false);
    byte[] png = StoredImage.of(bmp, Orientation.STORED).encoded();
    assertArrayEquals(
        ImageDecoder.decode(png, 3, Orientation.STORED).pixels(), input.fitted(bmp).pixels());
  }

  @Test
  void whatCannotBeFittedSaysWhy() {
    ImageInput oblong = new ImageInput(3, 6, 8, false);
    IOException size =
        assertThrows(IOException.class, () -> oblong.fitted(TestImages.png(3, 5, 7, 1)));
    assertEquals("is 7x5 pixels, and the network takes 8x6", size.getMessage());
    ImageInput grey = new ImageInput(1, 6, 6, false);
    IOException inColour =
        assertThrows(IOException.class, () -> grey.fitted(TestImages.png(3, 6, 6, 1)));
    assertEquals("in colour, and the network takes grey images", inColour.getMessage());
    assertThrows(IOException.class, () -> grey.fitted(new byte[] {1, 2, 3}));
  }
}
