package io.semimeta.image;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Lists the formats that are read; a file's first bytes tell its format, as names may be wrong. */
enum ImageFormat {
  JPEG("JPEG", "ÿØÿ"),
  PNG("PNG", "\u0089PNG\r\n\u001a\n"),
  WEBP("WebP", "RIFF....WEBP"),
  BMP("BMP", "BM"),
  GIF("GIF", "GIF8[79]a"),
  TIFF("TIFF", "II\\*\0|MM\0\\*");

  /** Bounds how far from a file's start its format is looked for, in bytes. */
  private static final int LOOKED_AT = 512;

  private final String name;
  private final Pattern start;

  ImageFormat(String name, String start) {
    this.name = name;
    this.start = starts(start);
  }

  private record Other(String name, Pattern start) {}

  /** Lists what else people have in such folders. The first that fits counts. */
  private static final List<Other> OTHERS =
      List.of(
          new Other("AVIF", starts("....ftypavi[fs]")),
          new Other("HEIC", starts("....ftyp(he|mif|msf)")),
          new Other("a film", starts("....ftyp|....moov|\u001aEß£|RIFF....AVI ")),
          new Other("JPEG XL", starts("ÿ\n|\0\0\0\fJXL ")),
          new Other("JPEG 2000", starts("\0\0\0\fjP  |ÿOÿQ")),
          new Other("BigTIFF", starts("II\\+\0|MM\0\\+")),
          new Other("a Photoshop file", starts("8BPS")),
          new Other("an icon file", starts("\0\0[\u0001\u0002]\0")),
          new Other("PNM", starts("P[1-7]\\s")),
          new Other("PDF", starts("%PDF")),
          new Other("PostScript", starts("%!PS|ÅÐÓÆ")),
          new Other("a ZIP archive", starts("PK\u0003\u0004")),
          new Other("a gzip archive", starts("\u001f\u008b")),
          new Other("a pointer of Git LFS (run 'git lfs pull')", starts("version https://git-lfs")),
          new Other("SVG", starts("\\s*(ï»¿)?(<\\?xml.*)?<svg")),
          new Other("HTML", starts("\\s*(ï»¿)?(<!--.*-->\\s*)?<(!doctype )?html")),
          new Other("only zeros", starts("\0{16}")),
          new Other("text", starts("[\\x20-\\x7e\\s]+\\z")));

  private static Pattern starts(String regex) {
    return Pattern.compile("\\A(?:" + regex + ")", Pattern.DOTALL | Pattern.CASE_INSENSITIVE);
  }

  /**
   * Returns the format of a file.
   *
   * @throws IOException that says what the file is instead
   */
  static ImageFormat of(byte[] encoded) throws IOException {
    if (encoded.length == 0) {
      throw new IOException("empty file");
    }
    int length = Math.min(encoded.length, LOOKED_AT);
    String bytes = new String(encoded, 0, length, StandardCharsets.ISO_8859_1);
    for (ImageFormat format : values()) {
      if (format.start.matcher(bytes).find()) {
        return format;
      }
    }
    Optional<Other> other =
        OTHERS.stream().filter(kind -> kind.start().matcher(bytes).find()).findFirst();
    throw new IOException(
        other.map(Other::name).orElseGet(() -> "no image: begins with " + hexadecimal(encoded))
            + ", not JPEG, PNG, WebP, BMP, TIFF or GIF");
  }

  private static String hexadecimal(byte[] bytes) {
    return HexFormat.of().formatHex(bytes, 0, Math.min(4, bytes.length));
  }

  /** Tells whether records hold files of this format as they are; others become PNG. */
  boolean isStored() {
    return this == JPEG || this == PNG;
  }

  /** Returns the format's name as people write it. */
  @Override
  public String toString() {
    return name;
  }
}
