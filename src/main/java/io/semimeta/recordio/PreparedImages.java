package io.semimeta.recordio;

import io.semimeta.data.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** A part's images one by one, so that a task holds no more of them than Spark keeps in memory. */
final class PreparedImages implements Iterator<PreparedImage> {
  private final String split;
  private final ImageSource.Reader reader;
  private final Resizing resizing;
  private ImageSource.Image next;
  private boolean ended;

  PreparedImages(String split, ImageSource.Reader reader, Resizing resizing) {
    this.split = split;
    this.reader = reader;
    this.resizing = resizing;
  }

  @Override
  public boolean hasNext() {
    if (next == null && !ended) {
      try {
        next = reader.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ended = next == null;
    }
    return !ended;
  }

  @Override
  public PreparedImage next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ImageSource.Image image = next;
    next = null;
    return PreparedImage.of(split, image, resizing);
  }
}
