package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.loader.RankImages;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** Measures where a rank's time goes. */
public final class StepTimer {
  private final TimedCollective ranks;
  private final TimedImages images;
  private long steps;
  private long busyNanos;
  private long allReduceNanos;

  /**
   * Makes a timer for steps that use its {@link #ranks} and {@link #images} in these ones' place.
   */
  public StepTimer(Collective ranks, RankImages images) {
    this.ranks = new TimedCollective(ranks);
    this.images = new TimedImages(images);
  }

  /** Returns the ranks, with a clock. */
  public Collective ranks() {
    return ranks;
  }

  /** Returns the rank's images, with a clock. */
  public RankImages images() {
    return images;
  }

  /** Makes a step. */
  public <T> T step(Supplier<T> step) {
    long begun = System.nanoTime();
    long inCalls = ranks.nanos();
    T result = step.get();
    busyNanos += System.nanoTime() - begun - (ranks.nanos() - inCalls);
    steps++;
    return result;
  }

  /** Averages a step's gradient over the ranks. */
  void allReduceMean(Tensor gradient) {
    long inCalls = ranks.nanos();
    ranks.allReduceMean(gradient);
    allReduceNanos += ranks.nanos() - inCalls;
  }

  /** Returns where the time of the steps since the last call of this went. */
  public RankTimes take() {
    RankTimes times =
        new RankTimes(steps, busyNanos / 1e9, images.takeSeconds(), allReduceNanos / 1e9);
    steps = 0;
    busyNanos = 0;
    allReduceNanos = 0;
    return times;
  }
}
