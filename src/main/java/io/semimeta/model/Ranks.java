package io.semimeta.model;

import org.bytedeco.pytorch.Tensor;

/** Represents the ranks of a training run, as far as a layer has to do with them. */
public interface Ranks {
  /** Returns how many ranks there are. */
  int size();

  /** All-reduces the tensor to its mean over the ranks, the same bits on each. */
  void allReduceMean(Tensor tensor);
}
