package io.semimeta.algorithm;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Stands for the group of a rank that is alone: every operation leaves its values as they are. */
public final class SoloCollective implements Collective {
  @Override
  public int rank() {
    return 0;
  }

  @Override
  public int size() {
    return 1;
  }

  @Override
  public void allReduceMean(Tensor tensor) {}

  @Override
  public void broadcast(Tensor tensor, int root) {}

  @Override
  public List<long[]> allGather(long... numbers) {
    return List.of(numbers);
  }

  @Override
  public void close() {}
}
