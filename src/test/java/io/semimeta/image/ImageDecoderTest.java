package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.data.Orientation;
import java.awt.Transparency;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.BufferedImage;
import java.awt.image.ComponentColorModel;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.WritableRaster;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

class ImageDecoderTest {
  private static void assertFails(byte[] encoded, String reason) {
    IOException error = assertThrows(IOException.class, () -> TestImages.decode(encoded));
    assertTrue(error.getMessage().contains(reason), error.getMessage());
  }

  @Test
  void pngKeepsEveryPixel() throws IOException {
    for (int channels : new int[] {1, 3}) {
      DecodedImage image = TestImages.random(channels, 5, 7, channels);
      DecodedImage decoded = TestImages.decode(PngEncoder.encode(image));
      assertEquals(channels, decoded.channels());
      assertEquals(5, decoded.height());
      assertEquals(7, decoded.width());
      assertArrayEquals(image.pixels(), decoded.pixels());
    }
  }

  @Test
  void pngHasNoAncillaryChunks() {
    String png =
        new String(TestImages.png(1, 14, 14, 1), java.nio.charset.StandardCharsets.ISO_8859_1);
    for (String chunk : new String[] {"gAMA", "cHRM", "pHYs", "tEXt", "sRGB", "iCCP", "bKGD"}) {
      assertTrue(!png.contains(chunk), chunk);
    }
  }

  @Test
  void jpegComesInRgbOrder() throws IOException {
    DecodedImage image = TestImages.decode(TestImages.jpeg(8, 16, 0xc86432));
    assertEquals(3, image.channels());
    assertEquals(8, image.height());
    assertEquals(16, image.width());
    int[] expected = {0xc8, 0x64, 0x32};
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], image.pixels()[c * 128 + 77] & 0xff, 2);
    }
  }

  @Test
  void greyKeepsItsValuesAndIsReplicatedOnRequest() throws IOException {
    BufferedImage grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i % 16, i / 16, 0, 100);
    }
    DecodedImage jpeg = TestImages.decode(TestImages.encode(grey, "jpeg"));
    assertEquals(1, jpeg.channels());
    assertEquals(100, jpeg.pixels()[0]);
    DecodedImage three = ImageDecoder.decode(TestImages.encode(grey, "png"), 3, Orientation.STORED);
    assertEquals(3, three.channels());
    byte[] expected = new byte[768];
    Arrays.fill(expected, (byte) 100);
    assertArrayEquals(expected, three.pixels());
    byte[] colour = TestImages.png(3, 2, 2, 1);
    assertThrows(IOException.class, () -> ImageDecoder.decode(colour, 1, Orientation.STORED));
  }

  @Test
  void palettesAreLookedUp() throws IOException {
    byte[] reds = {10, (byte) 200, 30, 40};
    byte[] greens = {11, 21, 31, 41};
    byte[] blues = {12, 22, 32, 42};
    DecodedImage colour = decodePalette(new IndexColorModel(2, 4, reds, greens, blues));
    assertEquals(3, colour.channels());
    assertArrayEquals(
        new byte[] {10, (byte) 200, 30, 40, 11, 21, 31, 41, 12, 22, 32, 42}, colour.pixels());
    DecodedImage grey = decodePalette(new IndexColorModel(2, 4, reds, reds, reds));
    assertEquals(1, grey.channels());
    assertArrayEquals(reds, grey.pixels());
  }

  private static DecodedImage decodePalette(IndexColorModel palette) throws IOException {
    BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_BINARY, palette);
    image.getRaster().setPixels(0, 0, 2, 2, new int[] {0, 1, 2, 3});
    return TestImages.decode(TestImages.encode(image, "png"));
  }

  @Test
  void alphaIsDropped() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0x40c86432);
    DecodedImage decoded = TestImages.decode(TestImages.encode(image, "png"));
    assertArrayEquals(new byte[] {(byte) 0xc8, 0x64, 0x32}, decoded.pixels());
  }

  @Test
  void sixteenBitsKeepTheUpperEight() throws IOException {
    BufferedImage grey = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    grey.getRaster().setPixels(0, 0, 2, 1, new int[] {0x12ff, 0xfe01});
    DecodedImage decoded = TestImages.decode(TestImages.encode(grey, "png"));
    assertArrayEquals(new byte[] {0x12, (byte) 0xfe}, decoded.pixels());
    var model =
        new ComponentColorModel(
            ColorSpace.getInstance(ColorSpace.CS_sRGB),
            false,
            false,
            Transparency.OPAQUE,
            DataBuffer.TYPE_USHORT);
    WritableRaster raster = model.createCompatibleWritableRaster(1, 1);
    raster.setPixel(0, 0, new int[] {0x0102, 0x8003, 0xffff});
    BufferedImage colour = new BufferedImage(model, raster, false, null);
    assertArrayEquals(
        new byte[] {1, (byte) 0x80, (byte) 0xff},
        TestImages.decode(TestImages.encode(colour, "png")).pixels());
  }

  @Test
  void whatIsNoIntactImageIsRefusedWithAReason() throws IOException {
    assertFails(new byte[0], "empty file");
    assertFails("GIF89a".getBytes(java.nio.charset.StandardCharsets.UTF_8), "truncated file");
    byte[] jpeg = TestImages.jpeg(64, 64, 0x123456);
    byte[] png = TestImages.png(3, 32, 32, 3);
    for (byte[] whole : new byte[][] {jpeg, png}) {
      for (int length = 9; length < whole.length - 30; length += 13) {
        byte[] cut = Arrays.copyOf(whole, length);
        assertThrows(IOException.class, () -> TestImages.decode(cut), "cut at " + length);
      }
    }
  }

  @Test
  void whatIsReadNowhereIsNamed() {
    Map<String, String> files =
        Map.ofEntries(
            Map.entry("AVIF, not JPEG", "\0\0\0\u001cftypavif\0\0\0\0avifmif1"),
            Map.entry("HEIC, not JPEG", "\0\0\0\u0018ftypheic\0\0\0\0mif1heic"),
            Map.entry("a film", "\0\0\0\u0018ftypmp42\0\0\0\0mp42"),
            Map.entry("JPEG XL", "\u00ff\n\u00fa\u001f"),
            Map.entry("JPEG 2000", "\0\0\0\fjP  \r\n\u0087\n"),
            Map.entry("a Photoshop file", "8BPS\0\u0001"),
            Map.entry("PDF", "%PDF-1.4"),
            Map.entry("SVG", "<?xml version='1.0'?>\n<svg width='9'>"),
            Map.entry("HTML", "\n<!DOCTYPE html><html>404</html>"),
            Map.entry("git lfs pull", "version https://git-lfs.github.com/spec/v1\noid sha256:0"),
            Map.entry("text", "hello\n"),
            Map.entry("only zeros", "\0".repeat(99)),
            Map.entry("begins with 01020304", "\1\2\3\4\5"));
    files.forEach(
        (reason, file) ->
            assertFails(file.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1), reason));
  }

  @Test
  void hugeDimensionsAreRefusedBeforeDecoding() {
    byte[] png = TestImages.png(1, 4, 4, 1);
    ByteBuffer.wrap(png).putInt(16, 1 << 20).putInt(20, 1 << 20);
    CRC32 crc = new CRC32();
    crc.update(png, 12, 17);
    ByteBuffer.wrap(png).putInt(29, (int) crc.getValue());
    assertFails(png, "1048576x1048576 pixels");
  }

  /** As in PIL; ImageIO would convert. */
  @Test
  void colourProfilesAreLeftAlone() throws IOException {
    byte[] jpeg = TestImages.jpeg(8, 16, 0x336699);
    byte[] profile = ICC_Profile.getInstance(ColorSpace.CS_LINEAR_RGB).getData();
    ByteBuffer with = ByteBuffer.allocate(jpeg.length + profile.length + 18);
    with.put(jpeg, 0, 2).putShort((short) 0xffe2).putShort((short) (profile.length + 16));
    with.put("ICC_PROFILE\0".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
    with.put((byte) 1).put((byte) 1).put(profile).put(jpeg, 2, jpeg.length - 2);
    assertArrayEquals(TestImages.decode(jpeg).pixels(), TestImages.decode(with.array()).pixels());
  }
}
