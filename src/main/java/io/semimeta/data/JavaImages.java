package io.semimeta.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.imageio.IIOException;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Images as ImageIO has them: PNG, JPEG in CMYK, and what is wrong with any other JPEG. */
final class JavaImages {
  /**
   * What images that Java decodes take of the heap together, at least; a quarter of it where that
   * is more. One that is larger is decoded alone.
   */
  static final long HEAP_BYTES = 112 << 20;

  /** ImageIO's copy, in CMYK, and ours. */
  private static final int BYTES_OF_PIXEL = 7;

  private static final int PIXELS_AT_ONCE =
      (int)
          Math.min(
              Integer.MAX_VALUE,
              Math.max(HEAP_BYTES, Runtime.getRuntime().maxMemory() / 4) / BYTES_OF_PIXEL);
  private static final Semaphore PIXELS = new Semaphore(PIXELS_AT_ONCE, true);

  private JavaImages() {}

  /** What is made of an image on the heap, which may be forgotten then. */
  @FunctionalInterface
  interface Use<T> {
    T of(DecodedImage image) throws IOException;
  }

  /**
   * Decodes, when there is room for the pixels.
   *
   * @param format as ImageIO calls it
   * @param jpeg the header of a JPEG
   */
  static <T> T decode(byte[] encoded, String format, Optional<JpegHeader> jpeg, Use<T> use)
      throws IOException {
    ImageReader reader = ImageIO.getImageReadersByFormatName(format).next();
    int pixels = 0;
    try (var stream = new MemoryCacheImageInputStream(new ByteArrayInputStream(encoded))) {
      DecodedImage image;
      try {
        reader.setInput(stream, true, true);
        ImageDecoder.requireSize(reader.getWidth(0), reader.getHeight(0));
        int wanted = Math.min(PIXELS_AT_ONCE, reader.getWidth(0) * reader.getHeight(0));
        PIXELS.acquireUninterruptibly(wanted);
        pixels = wanted;
        image = read(reader, jpeg);
      } catch (RuntimeException e) {
        // ImageIO's parsers run into all kinds of these on broken files.
        throw new IIOException("broken file: " + e, e);
      }
      return use.of(image);
    } finally {
      PIXELS.release(pixels);
      reader.dispose();
    }
  }

  private static DecodedImage read(ImageReader reader, Optional<JpegHeader> jpeg)
      throws IOException {
    boolean[] truncated = {false};
    // A JPEG that is cut short is no error to ImageIO: it fills the rest with grey and warns.
    reader.addIIOReadWarningListener(
        (source, warning) ->
            truncated[0] |= warning.contains("Truncated") || warning.contains("Premature"));
    DecodedImage image;
    try {
      image =
          jpeg.isPresent() && jpeg.get().components() == 4
              ? Cmyk.toRgb(reader.readRaster(0, null), jpeg.get().ycck())
              : pixels(reader.read(0));
    } catch (IIOException e) {
      if ("Unsupported Image Type".equals(e.getMessage())) {
        throw new IIOException("JPEG in a colour space that is not supported", e);
      }
      throw e;
    }
    if (truncated[0]) {
      throw new IIOException("truncated file");
    }
    return image;
  }

  private static DecodedImage pixels(BufferedImage image) {
    Raster raster = image.getRaster();
    if (image.getColorModel() instanceof IndexColorModel palette) {
      return lookUp(raster, palette);
    }
    int channels = raster.getNumBands() <= 2 ? 1 : 3;
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] pixels = new byte[channels * height * width];
    if (raster.getSampleModel() instanceof PixelInterleavedSampleModel model
        && raster.getDataBuffer() instanceof DataBufferByte buffer
        && raster.getSampleModelTranslateX() == 0
        && raster.getSampleModelTranslateY() == 0) {
      deinterleave(buffer.getData(), model, channels, height, width, pixels);
    } else {
      int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
      int[] row = new int[width];
      int at = 0;
      for (int c = 0; c < channels; c++) {
        for (int y = 0; y < height; y++) {
          raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, c, row);
          for (int value : row) {
            pixels[at++] = (byte) (value >> shift);
          }
        }
      }
    }
    return new DecodedImage(channels, height, width, pixels);
  }

  private static void deinterleave(
      byte[] data,
      PixelInterleavedSampleModel model,
      int channels,
      int height,
      int width,
      byte[] pixels) {
    int at = 0;
    for (int c = 0; c < channels; c++) {
      for (int y = 0; y < height; y++) {
        int from = model.getOffset(0, y, c);
        for (int x = 0; x < width; x++, from += model.getPixelStride()) {
          pixels[at++] = data[from];
        }
      }
    }
  }

  private static DecodedImage lookUp(Raster raster, IndexColorModel palette) {
    byte[][] colours = new byte[3][palette.getMapSize()];
    palette.getReds(colours[0]);
    palette.getGreens(colours[1]);
    palette.getBlues(colours[2]);
    boolean grey = Arrays.equals(colours[0], colours[1]) && Arrays.equals(colours[0], colours[2]);
    int channels = grey ? 1 : 3;
    int height = raster.getHeight();
    int width = raster.getWidth();
    byte[] pixels = new byte[channels * height * width];
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      raster.getSamples(raster.getMinX(), raster.getMinY() + y, width, 1, 0, row);
      for (int c = 0; c < channels; c++) {
        for (int x = 0; x < width; x++) {
          pixels[(c * height + y) * width + x] = colours[c][row[x]];
        }
      }
    }
    return new DecodedImage(channels, height, width, pixels);
  }
}
