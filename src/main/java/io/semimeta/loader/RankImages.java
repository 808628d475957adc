package io.semimeta.loader;

import java.util.Iterator;

/**
 * One rank's images as training takes them: what a step gets depends on the seed, the rank, its
 * images and the step alone. For one thread at a time. Tensors belong to the caller's scope.
 */
public interface RankImages extends AutoCloseable {

  /** The labelled images of a step, from 0, as many as a batch has. */
  ImageSet labelled(long step);

  /** Its unlabelled images; none where the rank has none. */
  ImageSet unlabelled(long step);

  /**
   * All images that errors are measured on during training, each once.
   *
   * @param batchSize how many come at a time, but for the last
   */
  Iterator<ImageSet> evaluated(int batchSize);

  @Override
  void close();
}
