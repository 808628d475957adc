package io.semimeta.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Holds what a PNG says of its pixels, and the chunks that they come from. All others (text, colour
 * profiles, gamma, transparency, the later frames of an animation) change no pixel here, and a
 * damaged one is no reason to refuse an image.
 *
 * @param width in pixels
 * @param height in pixels
 * @param grey whether the image has grey values, or a palette of them
 * @param orientation EXIF's number from 1 (upright) to 8
 * @param pixels the file without the chunks that change no pixel
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PngHeader(int width, int height, boolean grey, int orientation, byte[] pixels) {
  private static final int SIGNATURE = 8;
  private static final int AROUND = 12; // length, type and checksum
  private static final int COLOUR_TYPE = SIGNATURE + 17;
  private static final int PALETTE = 3;

  /**
   * Reads the chunks.
   *
   * @throws IOException with a reason for people, where a chunk is missing, cut short or damaged
   */
  static PngHeader of(byte[] png) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(png);
    byte[] kept = png; // until a chunk is left out
    int used = SIGNATURE;
    boolean greyPalette = true;
    int orientation = 1;
    String type = "";
    for (int at = SIGNATURE; !type.equals("IEND"); ) {
      if (at + AROUND > png.length) {
        throw new IOException("truncated file");
      }
      int length = bytes.getInt(at);
      type = new String(png, at + 4, 4, StandardCharsets.ISO_8859_1);
      if (at == SIGNATURE && !(type.equals("IHDR") && length == 13)) {
        throw new IOException(
            type.equals("CgBI") ? "PNG of Apple's own kind (CgBI)" : "PNG without a header");
      }
      if (length < 0 || length > png.length - at - AROUND) {
        throw new IOException("truncated file");
      }
      if (Character.isUpperCase(type.charAt(0))) {
        requireChecksum(png, at, length, type);
        if (kept != png) {
          System.arraycopy(png, at, kept, used, AROUND + length);
        }
        used += AROUND + length;
      } else if (kept == png) {
        kept = png.clone();
      }
      if (type.equals("PLTE")) {
        greyPalette = isGrey(png, at + 8, length);
      } else if (type.equals("eXIf")) {
        orientation =
            TiffDirectory.of(png, at + 8, length).map(TiffDirectory::orientation).orElse(1);
      }
      at += AROUND + length;
    }
    int colourType = png[COLOUR_TYPE];
    boolean grey = colourType == PALETTE ? greyPalette : (colourType & 2) == 0;
    return new PngHeader(
        bytes.getInt(SIGNATURE + 8),
        bytes.getInt(SIGNATURE + 12),
        grey,
        orientation,
        used == png.length ? png : Arrays.copyOf(kept, used));
  }

  private static void requireChecksum(byte[] png, int at, int length, String type)
      throws IOException {
    CRC32 crc = new CRC32();
    crc.update(png, at + 4, 4 + length);
    if ((int) crc.getValue() != ByteBuffer.wrap(png).getInt(at + 8 + length)) {
      throw new IOException("damaged PNG: wrong checksum of its " + type + " chunk");
    }
  }

  private static boolean isGrey(byte[] png, int from, int length) {
    for (int i = from; i + 2 < from + length; i += 3) {
      if (png[i] != png[i + 1] || png[i] != png[i + 2]) {
        return false;
      }
    }
    return true;
  }
}
