package io.semimeta.data;

import java.nio.charset.StandardCharsets;

/**
 * What a JPEG's header says of its colours.
 *
 * @param components of a pixel; 0 when the header is broken
 * @param ycck whether four components are luminance, chrominance and black, rather than CMYK
 */
record JpegColours(int components, boolean ycck) {
  private static final int ADOBE = 0xee;
  private static final int ADOBE_YCCK = 2;

  static JpegColours of(byte[] jpeg) {
    boolean ycck = false;
    int at = 2;
    while (at + 16 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
      int marker = jpeg[at + 1] & 0xff;
      if (marker == 0xff) { // a fill byte
        at++;
        continue;
      }
      if (isFrame(marker)) {
        return new JpegColours(jpeg[at + 9] & 0xff, ycck);
      }
      if (marker == ADOBE && "Adobe".equals(text(jpeg, at + 4))) {
        ycck = jpeg[at + 15] == ADOBE_YCCK;
      }
      at += 2 + ((jpeg[at + 2] & 0xff) << 8) + (jpeg[at + 3] & 0xff);
    }
    return new JpegColours(0, ycck);
  }

  /** SOF0 to SOF15, among which are three markers of other kinds. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static String text(byte[] jpeg, int at) {
    return new String(jpeg, at, 5, StandardCharsets.ISO_8859_1);
  }
}
