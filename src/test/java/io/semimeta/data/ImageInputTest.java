package io.semimeta.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
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
}
