package io.semimeta.image;

import java.io.IOException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Encodes pixels as PNG, without loss; the same pixels give the same bytes. */
public final class PngEncoder {
  private PngEncoder() {}

  /** Returns the PNG file, with 8 bits for each channel, grey or RGB, without ancillary chunks. */
  public static byte[] encode(DecodedImage image) {
    return NativeImages.png(image);
  }

  /**
   * Encodes pixels as OpenCV lays them out, with 8 bits for each channel.
   *
   * @param rows the pixels row by row
   * @param channels 1 for grey, 3 for BGR, 4 for BGRA
   * @throws IOException with a reason for people, where the sizes do not fit, or are too large
   */
  public static byte[] encode(byte[] rows, int height, int width, int channels) throws IOException {
    ImageHeader.requireSize(width, height, "");
    if (rows.length != (long) height * width * channels) {
      throw new IOException(
          "%sx%s pixels of %s bytes, but %s bytes in all"
              .formatted(width, height, channels, rows.length));
    }
    try (NativeRoom room = NativeRoom.take(2L * rows.length);
        PointerScope scope = new PointerScope()) {
      int type = opencv_core.CV_8UC(channels);
      return NativeImages.png(new Mat(height, width, type, new BytePointer(rows)));
    }
  }
}
