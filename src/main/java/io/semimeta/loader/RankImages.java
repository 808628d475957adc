package io.semimeta.loader;

import java.util.Iterator;

/**
 * Gives one rank's images to training: what a step gets depends on the seed, the rank, its images
 * and the step alone. One thread at a time uses it. Tensors belong to the caller's scope.
 */
public interface RankImages extends AutoCloseable {

  /** Returns the labelled images of a step, counted from 0, as many as a batch has. */
  ImageSet labelled(long step);

  /** Returns the unlabelled images of a step; none where the rank has none. */
  ImageSet unlabelled(long step);

  /**
   * Returns all images that errors are measured on during training, each once.
   *
   * @param batchSize how many images each set has, except the last
   */
  Iterator<ImageSet> evaluated(int batchSize);

  @Override
  void close();
}
