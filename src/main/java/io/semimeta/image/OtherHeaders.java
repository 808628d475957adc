package io.semimeta.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads the headers of WebP, BMP, TIFF and GIF, and changes files so that OpenCV decodes their
 * values unchanged: a TIFF loses its orientation, which OpenCV always obeys, and keeps colours that
 * are not multiplied by alpha; a GIF keeps its first image alone, which becomes opaque.
 */
final class OtherHeaders {
  private static final int ALPHA_APART = 2;
  private static final int ALPHA_MULTIPLIED = 1;
  private static final int LAB = 8;
  private static final int LOG_LUMINANCE = 32844;
  private static final int EXIF = 0x46495845; // little-endian

  private OtherHeaders() {}

  static ImageHeader webp(byte[] webp) {
    ByteBuffer bytes = littleEndian(webp);
    String chunk = new String(webp, 12, 4, StandardCharsets.ISO_8859_1);
    int width;
    int height;
    switch (chunk) {
      case "VP8 " -> {
        width = bytes.getShort(26) & 0x3fff;
        height = bytes.getShort(28) & 0x3fff;
      }
      case "VP8L" -> {
        width = 1 + (bytes.getInt(21) & 0x3fff);
        height = 1 + ((bytes.getInt(21) >> 14) & 0x3fff);
      }
      default -> {
        width = 1 + (bytes.getInt(24) & 0xffffff);
        height = 1 + (bytes.getInt(26) >>> 8);
      }
    }
    return ImageHeader.converted(
        ImageFormat.WEBP, width, height, webpOrientation(webp, bytes), webp);
  }

  private static int webpOrientation(byte[] file, ByteBuffer webp) {
    int at = 12;
    while (at + 8 <= webp.limit()) {
      int length = webp.getInt(at + 4);
      if (length < 0 || length > webp.limit() - at - 8) {
        break;
      }
      if (webp.getInt(at) == EXIF) {
        // Some programs write JPEG's "Exif", too.
        int before = length > 6 && webp.get(at + 8) == 'E' ? 6 : 0;
        return TiffDirectory.of(file, at + 8 + before, length - before)
            .map(TiffDirectory::orientation)
            .orElse(1);
      }
      at += 8 + length + (length & 1);
    }
    return 1;
  }

  static ImageHeader bmp(byte[] bmp) {
    ByteBuffer bytes = littleEndian(bmp);
    boolean old = bytes.getInt(14) == 12; // the header of OS/2
    int width = old ? bytes.getShort(18) & 0xffff : bytes.getInt(18);
    int height = old ? bytes.getShort(20) & 0xffff : Math.abs(bytes.getInt(22));
    return ImageHeader.converted(ImageFormat.BMP, width, height, 1, bmp);
  }

  /** Returns the bits of red, green and blue in a BMP's pixel: 5 or 6 of 16, or 8 each. */
  static int[] bmpBits(byte[] bmp) {
    ByteBuffer bytes = littleEndian(bmp);
    if (bytes.getInt(14) == 12 || bytes.getShort(28) != 16) {
      return new int[] {8, 8, 8};
    }
    boolean masks = bytes.getInt(30) == 3;
    return new int[] {5, masks && bytes.getInt(58) == 0x7e0 ? 6 : 5, 5};
  }

  static ImageHeader tiff(byte[] tiff) throws IOException {
    byte[] neutral = tiff.clone();
    TiffDirectory directory =
        TiffDirectory.of(neutral, 0, neutral.length)
            .orElseThrow(() -> new IOException("truncated file"));
    int photometric = directory.number(TiffDirectory.PHOTOMETRIC);
    if ((photometric >= LAB && photometric <= LAB + 2) || photometric >= LOG_LUMINANCE) {
      throw new IOException("TIFF in a colour space that is not read (" + photometric + ")");
    }
    int orientation = directory.orientation();
    directory.replace(TiffDirectory.ORIENTATION, orientation, 1);
    directory.replace(TiffDirectory.EXTRA_SAMPLES, ALPHA_APART, ALPHA_MULTIPLIED);
    int width = directory.number(TiffDirectory.WIDTH);
    int height = directory.number(TiffDirectory.HEIGHT);
    return ImageHeader.converted(ImageFormat.TIFF, width, height, orientation, neutral);
  }

  static ImageHeader gif(byte[] gif) throws IOException {
    ByteBuffer bytes = littleEndian(gif);
    int width = bytes.getShort(6) & 0xffff;
    int height = bytes.getShort(8) & 0xffff;
    return ImageHeader.converted(ImageFormat.GIF, width, height, 1, firstImage(gif));
  }

  /** Makes a GIF of the first image alone, with no transparent colour. */
  private static byte[] firstImage(byte[] original) throws IOException {
    byte[] gif = original.clone();
    int at = 13 + palette(gif[10]);
    while (gif[at] == '!') {
      if ((gif[at + 1] & 0xff) == 0xf9) { // graphic control
        gif[at + 3] &= (byte) 0xfe;
      }
      at = afterBlocks(gif, at + 2);
    }
    if (gif[at] != ',') {
      throw new IOException("GIF without an image");
    }
    at = afterBlocks(gif, at + 10 + palette(gif[at + 9]) + 1);
    byte[] first = new byte[at + 1];
    System.arraycopy(gif, 0, first, 0, at);
    first[at] = ';';
    return first;
  }

  /** Returns the number of bytes of the palette that a GIF's flags announce. */
  private static int palette(byte flags) {
    return (flags & 0x80) == 0 ? 0 : 3 << (1 + (flags & 7));
  }

  private static int afterBlocks(byte[] gif, int from) {
    int at = from;
    while (gif[at] != 0) {
      at += 1 + (gif[at] & 0xff);
    }
    return at + 1;
  }

  private static ByteBuffer littleEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
