package io.semimeta.prepare;

import com.google.common.collect.AbstractIterator;
import io.semimeta.source.ImageSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.IOUtils;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/** Reads a part's images one by one in a task, which holds no more than it asks for. */
public final class PartImages extends AbstractIterator<ImageSource.Image> {
  private final ImageSource.Reader reader;

  /** Opens the part until the task ends. */
  public PartImages(ImageSource.Part part, Configuration conf) throws IOException {
    this.reader = part.open(conf);
    TaskContext.get()
        .addTaskCompletionListener((TaskCompletionListener) context -> IOUtils.closeStream(reader));
  }

  @Override
  protected ImageSource.Image computeNext() {
    try {
      ImageSource.Image next = reader.next();
      return next == null ? endOfData() : next;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
