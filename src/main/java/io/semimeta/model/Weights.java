package io.semimeta.model;

import java.util.Optional;
import org.bytedeco.pytorch.Tensor;

/** The tensors that a network computes with, by state-dict name. */
@FunctionalInterface
public interface Weights {
  Tensor get(String name);

  /** Train-mode passes before this one. */
  default long batchesTracked() {
    return 0;
  }

  /** The ranks whose images count for batch statistics, where those are not the own ones alone. */
  default Optional<Ranks> ranks() {
    return Optional.empty();
  }
}
