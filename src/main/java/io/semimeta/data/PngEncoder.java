package io.semimeta.data;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** Pixels to PNG, without loss, as small as the JDK makes it. */
public final class PngEncoder {
  private PngEncoder() {}

  /** The PNG file: 8 bits a channel, grey or RGB, no ancillary chunks. */
  public static byte[] encode(DecodedImage image) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    try (var out = new MemoryCacheImageOutputStream(png)) {
      writer.setOutput(out);
      ImageWriteParam smallest = writer.getDefaultWriteParam();
      smallest.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
      smallest.setCompressionQuality(0);
      writer.write(null, new IIOImage(buffered(image), null, null), smallest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      writer.dispose();
    }
    return png.toByteArray();
  }

  /** The pixels as ImageIO's writers take them. */
  static BufferedImage buffered(DecodedImage image) {
    boolean grey = image.channels() == 1;
    BufferedImage buffered =
        new BufferedImage(
            image.width(),
            image.height(),
            grey ? BufferedImage.TYPE_BYTE_GRAY : BufferedImage.TYPE_3BYTE_BGR);
    byte[] data = ((DataBufferByte) buffered.getRaster().getDataBuffer()).getData();
    int area = image.width() * image.height();
    if (grey) {
      System.arraycopy(image.pixels(), 0, data, 0, area);
      return buffered;
    }
    for (int c = 0; c < 3; c++) {
      for (int i = 0; i < area; i++) {
        data[3 * i + 2 - c] = image.pixels()[c * area + i];
      }
    }
    return buffered;
  }
}
