package io.semimeta.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** Gives the tensors that a network computes with, by their names in the state dict. */
@FunctionalInterface
public interface Weights {
  /** Returns a tensor by its name in the state dict. */
  Tensor get(String name);

  /** Returns the number of train-mode passes before this one. */
  default long batchesTracked() {
    return 0;
  }

  /** Returns the ranks whose images share batch statistics; empty for the own ones alone. */
  default Optional<Ranks> ranks() {
    return Optional.empty();
  }
}
