package io.semimeta.training;

import io.semimeta.loader.ImageSet;
import io.semimeta.loader.RankImages;
import java.util.Iterator;
import java.util.function.LongFunction;

/** Measures how long a rank's steps have waited for their images. */
final class TimedImages implements RankImages {
  private final RankImages images;
  private long nanos;

  TimedImages(RankImages images) {
    this.images = images;
  }

  /** Returns the seconds of waiting for batches' images since the last call of this. */
  double takeSeconds() {
    double seconds = nanos / 1e9;
    nanos = 0;
    return seconds;
  }

  @Override
  public ImageSet labelled(long step) {
    return timed(images::labelled, step);
  }

  @Override
  public ImageSet unlabelled(long step) {
    return timed(images::unlabelled, step);
  }

  private ImageSet timed(LongFunction<ImageSet> source, long step) {
    long begun = System.nanoTime();
    ImageSet set = source.apply(step);
    nanos += System.nanoTime() - begun;
    return set;
  }

  @Override
  public Iterator<ImageSet> evaluated(int batchSize) {
    return images.evaluated(batchSize);
  }

  @Override
  public void close() {
    images.close();
  }
}
