package io.semimeta.algorithm;

import io.semimeta.model.Ranks;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/**
 * The ranks of a training run, as one of them sees the others. Every rank makes the same calls in
 * the same order; each call fails within the group's time-out when a rank is gone.
 */
public interface Collective extends Ranks, AutoCloseable {
  /** This process among the others, from 0. */
  int rank();

  /** Puts the tensor of rank {@code root} in every rank's place. */
  void broadcast(Tensor tensor, int root);

  /** Each rank's numbers, in the order of ranks, on every rank. All give as many. */
  List<long[]> gather(long... numbers);

  /** Leaves the group. Does not wait for the others. */
  @Override
  void close();
}
