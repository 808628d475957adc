package io.semimeta.algorithm;

import io.semimeta.model.Ranks;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * Connects one rank of a training run with the others. Every rank makes the same calls in the same
 * order; each call fails within the group's time-out when a rank is gone.
 */
public interface Collective extends Ranks, AutoCloseable {
  /** Returns the rank of this process, from 0 to {@code size() - 1}. */
  int rank();

  /** Overwrites the tensor on every rank with that of rank {@code root}. */
  void broadcast(Tensor tensor, int root);

  /** All-gathers each rank's numbers, in rank order; every rank passes equally many. */
  List<long[]> allGather(long... numbers);

  /** Leaves the group without waiting for the others. */
  @Override
  void close();
}
