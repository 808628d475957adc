package io.semimeta.image;

/** Encodes pixels as PNG, without loss; the same pixels give the same bytes. */
public final class PngEncoder {
  private PngEncoder() {}

  /** Returns the PNG file, with 8 bits for each channel, grey or RGB, without ancillary chunks. */
  public static byte[] encode(DecodedImage image) {
    return NativeImages.png(image);
  }
}
