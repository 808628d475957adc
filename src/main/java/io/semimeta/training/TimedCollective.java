package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Measures how long this rank has been in collective calls, with the wait for slower ranks. */
final class TimedCollective implements Collective {
  private final Collective ranks;
  private long nanos;

  TimedCollective(Collective ranks) {
    this.ranks = ranks;
  }

  /** Returns the nanoseconds in all calls so far. */
  long nanos() {
    return nanos;
  }

  @Override
  public int rank() {
    return ranks.rank();
  }

  @Override
  public int size() {
    return ranks.size();
  }

  @Override
  public void allReduceMean(Tensor tensor) {
    long begun = System.nanoTime();
    ranks.allReduceMean(tensor);
    nanos += System.nanoTime() - begun;
  }

  @Override
  public void broadcast(Tensor tensor, int root) {
    long begun = System.nanoTime();
    ranks.broadcast(tensor, root);
    nanos += System.nanoTime() - begun;
  }

  @Override
  public List<long[]> allGather(long... numbers) {
    long begun = System.nanoTime();
    List<long[]> all = ranks.allGather(numbers);
    nanos += System.nanoTime() - begun;
    return all;
  }

  @Override
  public void close() {
    ranks.close();
  }
}
