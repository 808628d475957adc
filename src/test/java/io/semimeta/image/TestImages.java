package io.semimeta.image;

import io.semimeta.data.Orientation;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Random;
import javax.imageio.ImageIO;

/** Images that tests make. */
public final class TestImages {
  private TestImages() {}

  /** Random pixels. */
  public static DecodedImage random(int channels, int height, int width, long seed) {
    byte[] pixels = new byte[channels * height * width];
    new Random(seed).nextBytes(pixels);
    return new DecodedImage(channels, height, width, pixels);
  }

  /** A PNG of random pixels. */
  public static byte[] png(int channels, int height, int width, long seed) {
    return PngEncoder.encode(random(channels, height, width, seed));
  }

  /** A JPEG of one colour, {@code 0xrrggbb}. */
  public static byte[] jpeg(int height, int width, int colour) throws IOException {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        image.setRGB(x, y, colour);
      }
    }
    return encode(image, "jpeg");
  }

  /** The JPEG with an EXIF entry that says it lies on its side. */
  public static byte[] toBeTurned(byte[] jpeg) {
    byte[] exif =
        HexFormat.of()
            .parseHex("ffe1002245786966000049492a0008000000010012010300010000000600000000000000");
    ByteBuffer tagged = ByteBuffer.allocate(jpeg.length + exif.length);
    tagged.put(jpeg, 0, 2).put(exif).put(jpeg, 2, jpeg.length - 2);
    return tagged.array();
  }

  /** Decodes an image as it is stored, with the channels that it has. */
  public static DecodedImage decode(byte[] encoded) throws IOException {
    int channels = ImageHeader.of(encoded).channels();
    return ImageDecoder.decode(encoded, channels, Orientation.STORED);
  }

  /** Encodes by ImageIO. */
  public static byte[] encode(BufferedImage image, String format) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (!ImageIO.write(image, format, out)) {
      throw new IOException("no writer for " + format);
    }
    return out.toByteArray();
  }
}
