package io.semimeta.image;

/** Pixels to PNG, without loss; the same bytes for the same pixels. */
public final class PngEncoder {
  private PngEncoder() {}

  /** The PNG file: 8 bits a channel, grey or RGB, no ancillary chunks. */
  public static byte[] encode(DecodedImage image) {
    return NativeImages.png(image);
  }
}
