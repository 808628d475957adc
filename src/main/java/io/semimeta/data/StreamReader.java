package io.semimeta.data;

import io.semimeta.data.ImageSource.Image;
import java.io.IOException;
import java.io.InputStream;

/** Reads images that lie one behind the other in one file. */
final class StreamReader implements ImageSource.Reader {
  private final InputStream in;
  private final int count;
  private final String where;
  private final ImageParser parser;
  private int done;

  /**
   * @param in at the first image; closed with the reader
   * @param where for people, when the file cannot be read
   */
  StreamReader(InputStream in, int count, String where, ImageParser parser) {
    this.in = in;
    this.count = count;
    this.where = where;
    this.parser = parser;
  }

  /** Takes the i-th image off the stream. */
  interface ImageParser {
    Image parse(InputStream in, int i) throws IOException;
  }

  @Override
  public Image next() {
    if (done == count) {
      return null;
    }
    try {
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
