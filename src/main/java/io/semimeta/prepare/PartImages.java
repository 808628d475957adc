package io.semimeta.prepare;

import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Reads a part's images one by one in a task, which holds no more than it asks for. */
public final class PartImages implements Iterator<ImageSource.Image> {
  private final ImageSource.Reader reader;
  private ImageSource.Image next;
  private boolean ended;

  /** Opens the part until the task ends. */
  public PartImages(ImageSource.Part part, Configuration conf) throws IOException {
    this.reader = part.open(conf);
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> IOUtils.closeStream(reader));
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
  public ImageSource.Image next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    ImageSource.Image image = next;
    next = null;
    return image;
  }
}
