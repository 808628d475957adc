package io.semimeta.source;

import io.semimeta.UserError;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.image.ImageDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** Reads encoded images, and refuses places that hold none. */
public final class ImageFiles {
  private ImageFiles() {}

  /**
   * Reads an image in one piece.
   *
   * @param length length in bytes, as listed; a file that was cut since gives an image cut short
   * @return the bytes, at most one more than is allowed, which the decoder refuses
   */
  static byte[] readImage(InputStream in, long length) throws IOException {
    byte[] bytes = new byte[(int) Math.min(length, ImageDecoder.MAX_BYTES + 1)];
    int read = in.readNBytes(bytes, 0, bytes.length);
    return read == bytes.length ? bytes : Arrays.copyOf(bytes, read);
  }

  /**
   * Reads an image that is a whole file.
   *
   * @param length length in bytes, as listed
   * @return the bytes, as {@link #readImage} gives them
   * @throws IOException where it cannot be read, or grew since it was listed
   */
  static byte[] readImageFile(InputStream in, long length) throws IOException {
    byte[] bytes = readImage(in, length);
    if (bytes.length == length && in.read() >= 0) {
      throw new IOException("longer than when it was listed; wait until it is written");
    }
    return bytes;
  }

  /**
   * Reads an image that is a whole file, wherever it is.
   *
   * @return the bytes, at most one more than is allowed, which the decoder refuses
   */
  public static byte[] readImageFile(Path file, Configuration conf) throws IOException {
    try (InputStream in = FileReading.open(DataFiles.fileSystem(file, conf), file)) {
      return in.readNBytes(ImageDecoder.MAX_BYTES + 1);
    }
  }

  /** Makes the error about a class's folder or archive without images. */
  public static UserError noImages(Object where) {
    return new UserError(where + " holds no image (jpg, png, webp, …); remove it or add images");
  }
}
