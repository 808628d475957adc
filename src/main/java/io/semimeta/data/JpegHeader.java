package io.semimeta.data;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a JPEG's header says of its pixels.
 *
 * @param width in pixels
 * @param height in pixels
 * @param components of a pixel
 * @param ycck whether four components are luminance, chrominance and black, rather than CMYK
 */
record JpegHeader(int width, int height, int components, boolean ycck) {
  private static final int ADOBE = 0xee;
  private static final int ADOBE_YCCK = 2;

  /** The header; none where the bytes are no JPEG or a broken one. */
  static Optional<JpegHeader> of(byte[] jpeg) {
    boolean ycck = false;
    int at = 2;
    while (at + 16 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
      int marker = jpeg[at + 1] & 0xff;
      if (marker == 0xff) { // a fill byte
        at++;
        continue;
      }
      if (isFrame(marker)) {
        int height = number(jpeg, at + 5);
        int width = number(jpeg, at + 7);
        return Optional.of(new JpegHeader(width, height, jpeg[at + 9] & 0xff, ycck));
      }
      if (marker == ADOBE && "Adobe".equals(text(jpeg, at + 4))) {
        ycck = jpeg[at + 15] == ADOBE_YCCK;
      }
      at += 2 + number(jpeg, at + 2);
    }
    return Optional.empty();
  }

  /** Whether its pixels are grey or in colour, not in CMYK. */
  boolean isGreyOrColour() {
    return components == 1 || components == 3;
  }

  /** Whether libjpeg's own conversion gives the input's channels. */
  boolean suits(ImageInput input) {
    return isGreyOrColour() && components <= input.channels();
  }

  /** SOF0 to SOF15, among which are three markers of other kinds. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static int number(byte[] jpeg, int at) {
    return ((jpeg[at] & 0xff) << 8) + (jpeg[at + 1] & 0xff);
  }

  private static String text(byte[] jpeg, int at) {
    return new String(jpeg, at, 5, StandardCharsets.ISO_8859_1);
  }
}
