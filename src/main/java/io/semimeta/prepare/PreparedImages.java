package io.semimeta.prepare;

import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.Predicate;

/** Prepares a part's images one by one, so that a task holds no more than Spark keeps. */
final class PreparedImages implements Iterator<PreparedImage> {
  private final String split;
  private final ImageSource.Reader reader;
  private final Resizing resizing;
  private final Predicate<DatasetLayout.Key> wanted;
  private ImageSource.Image next;
  private boolean ended;

  /**
   * Prepares nothing yet.
   *
   * @param wanted which images to prepare; the others are read, but not decoded
   */
  PreparedImages(
      String split,
      ImageSource.Reader reader,
      Resizing resizing,
      Predicate<DatasetLayout.Key> wanted) {
    this.split = split;
    this.reader = reader;
    this.resizing = resizing;
    this.wanted = wanted;
  }

  @Override
  public boolean hasNext() {
    while (next == null && !ended) {
      try {
        next = reader.next();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      ended = next == null;
      if (!ended && !wanted.test(new DatasetLayout.Key(split, next.record().id()))) {
        next = null;
      }
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
