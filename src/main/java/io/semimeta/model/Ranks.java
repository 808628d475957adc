package io.semimeta.model;

import org.bytedeco.pytorch.Tensor;

/** The ranks of a training run, as far as a layer has to do with them. */
public interface Ranks {
  /** How many. */
  int size();

  /** Puts the mean over the ranks in the tensor's place, the same bits everywhere. */
  void mean(Tensor tensor);
}
