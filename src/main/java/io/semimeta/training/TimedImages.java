package io.semimeta.training;

import io.semimeta.data.ImageSet;
import io.semimeta.data.RankImages;
import java.util.Iterator;

/** A rank's images, and how long its steps have waited for theirs. */
final class TimedImages implements RankImages {
  private final RankImages images;
  private long nanos;

  TimedImages(RankImages images) {
    this.images = images;
  }

  /** For the images of all batches so far. */
  long nanos() {
    return nanos;
  }

  @Override
  public ImageSet labelled(long step) {
    long begun = System.nanoTime();
    ImageSet set = images.labelled(step);
    nanos += System.nanoTime() - begun;
    return set;
  }

  @Override
  public ImageSet unlabelled(long step) {
    long begun = System.nanoTime();
    ImageSet set = images.unlabelled(step);
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
