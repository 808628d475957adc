package io.semimeta.source;

import io.semimeta.files.DataFiles;
import io.semimeta.source.ImageSource.Image;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.lang3.function.FailableFunction;
import org.apache.commons.lang3.function.FailableSupplier;
import org.apache.hadoop.io.IOUtils;

/** Reads images that lie one after the other in one file. */
public final class StreamReader implements ImageSource.Reader {
  private final InputStream in;
  private final int count;
  private final String where;
  private final ImageParser parser;
  private int done;

  private StreamReader(InputStream in, int count, String where, ImageParser parser) {
    this.in = in;
    this.count = count;
    this.where = where;
    this.parser = parser;
  }

  /**
   * Opens a file and goes to its first image; where that fails, nothing stays open.
   *
   * @param where the file's name for people, when it cannot be read
   * @param count how many images to read
   * @param file opens the file at its beginning
   * @param start brings the stream to its first image and says how to parse it and those after it
   */
  public static StreamReader open(
      String where,
      int count,
      FailableSupplier<InputStream, IOException> file,
      FailableFunction<InputStream, ImageParser, IOException> start) {
    try {
      InputStream in = file.get();
      try {
        return new StreamReader(in, count, where, start.apply(in));
      } catch (IOException | RuntimeException e) {
        IOUtils.closeStream(in);
        throw e;
      }
    } catch (IOException e) {
      throw DataFiles.unreadable(where, e);
    }
  }

  /** Takes the i-th image off the stream. */
  public interface ImageParser {
    Image parse(InputStream in, int i) throws IOException;

    /**
     * Reads on after a part's last image: where that is the file's last, it reads to the end of the
     * file, so that a checksum there is compared.
     *
     * @throws IOException where the file holds more than it said, or the checksum is wrong
     */
    default void end(InputStream in) throws IOException {}
  }

  @Override
  public Image next() {
    try {
      if (done == count) {
        parser.end(in);
        return null;
      }
      return parser.parse(in, done++);
    } catch (IOException e) {
      throw DataFiles.unreadable(where, e);
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
