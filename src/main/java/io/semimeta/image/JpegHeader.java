package io.semimeta.image;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Holds what a JPEG's header says of its pixels. It is read as by libjpeg, which skips what lies
 * between two segments.
 *
 * @param width in pixels
 * @param height in pixels
 * @param components number of components of a pixel
 * @param bits number of bits of a component
 * @param progressive whether all coefficients are in memory before the first pixel is known
 * @param orientation EXIF's number from 1 (upright) to 8
 */
record JpegHeader(
    int width, int height, int components, int bits, boolean progressive, int orientation) {
  private static final int SOI = 0xd8;
  private static final int EOI = 0xd9;
  private static final int SOS = 0xda;
  private static final int APP1 = 0xe1;
  private static final String EXIF = "Exif\0\0";

  /** Reads the header; returns none where it is broken, or cut short before the frame header. */
  static Optional<JpegHeader> of(byte[] jpeg) {
    Optional<JpegHeader> frame = Optional.empty();
    int orientation = 0;
    int at = marker(jpeg, 2);
    while (at + 3 <= jpeg.length) {
      int marker = jpeg[at] & 0xff;
      if (marker == SOI || marker == EOI || marker == SOS) {
        break;
      }
      if (isAlone(marker)) {
        at = marker(jpeg, at + 1);
        continue;
      }
      int length = number(jpeg, at + 1);
      if (length < 2 || at + 1 + length > jpeg.length) {
        break;
      }
      if (frame.isEmpty() && isFrame(marker) && length >= 8) {
        frame = Optional.of(frame(jpeg, at));
      } else if (orientation == 0 && marker == APP1 && isExif(jpeg, at + 3, length - 2)) {
        int block = EXIF.length();
        orientation =
            TiffDirectory.of(jpeg, at + 3 + block, length - 2 - block)
                .map(TiffDirectory::orientation)
                .orElse(0);
      }
      at = marker(jpeg, at + 1 + length);
    }
    int found = Math.max(1, orientation);
    return frame.map(f -> f.turned(found));
  }

  private static JpegHeader frame(byte[] jpeg, int at) {
    boolean progressive = (jpeg[at] & 3) == 2;
    int bits = jpeg[at + 3] & 0xff;
    int components = jpeg[at + 8] & 0xff;
    return new JpegHeader(
        number(jpeg, at + 6), number(jpeg, at + 4), components, bits, progressive, 1);
  }

  private JpegHeader turned(int orientation) {
    return new JpegHeader(width, height, components, bits, progressive, orientation);
  }

  /** Returns why a file with this header cannot be decoded. */
  String fault(byte[] jpeg) {
    if (bits != 8) {
      return "JPEG of " + bits + " bits a value";
    }
    if (components != 1 && components != 3 && components != 4) {
      return "JPEG of " + components + " components";
    }
    for (int at = jpeg.length - 2; at > 0; at--) {
      if ((jpeg[at] & 0xff) == 0xff && (jpeg[at + 1] & 0xff) == EOI) {
        return "broken JPEG";
      }
    }
    return "truncated file";
  }

  /** Returns the index of the next marker's second byte, or the file's length. */
  private static int marker(byte[] jpeg, int from) {
    int at = from;
    while (at + 1 < jpeg.length) {
      int next = jpeg[at + 1] & 0xff;
      if ((jpeg[at] & 0xff) == 0xff && next != 0xff && next != 0) {
        return at + 1;
      }
      at++;
    }
    return jpeg.length;
  }

  /** Tells whether a marker has no segment, as RST0 to RST7 and TEM have none. */
  private static boolean isAlone(int marker) {
    return marker == 1 || (marker >= 0xd0 && marker <= 0xd7);
  }

  /** Tells whether a marker begins a frame: from SOF0 to SOF15, three are of other kinds. */
  private static boolean isFrame(int marker) {
    return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
  }

  private static boolean isExif(byte[] jpeg, int at, int length) {
    return length > EXIF.length()
        && EXIF.equals(new String(jpeg, at, EXIF.length(), StandardCharsets.ISO_8859_1));
  }

  private static int number(byte[] jpeg, int at) {
    return ((jpeg[at] & 0xff) << 8) + (jpeg[at + 1] & 0xff);
  }
}
