package io.semimeta.training;

import io.semimeta.algorithm.Collective;
import io.semimeta.loader.RankImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.bytedeco.pytorch.Tensor;

/** Measures where a rank's time goes. */
public final class StepTimer {
  /** Holds nanoseconds on a processor, nanoseconds in the queue for one, and turns. */
  private static final Path SCHEDULED = Path.of("/proc/thread-self/schedstat");

  private final TimedCollective ranks;
  private final TimedImages images;
  private long steps;
  private long busyNanos;
  private long allReduceNanos;
  private long queuedNanos = queuedNanos();

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

  /**
   * Returns where the time of the steps since the last call of this went. The thread that makes the
   * steps calls it.
   */
  public RankTimes take() {
    long queued = queuedNanos();
    RankTimes times =
        new RankTimes(
            steps,
            busyNanos / 1e9,
            images.takeSeconds(),
            allReduceNanos / 1e9,
            Math.max(0, queued - queuedNanos) / 1e9);
    queuedNanos = queued;
    steps = 0;
    busyNanos = 0;
    allReduceNanos = 0;
    return times;
  }

  /** Returns how long this thread has been waiting for a processor; 0 where Linux does not say. */
  private static long queuedNanos() {
    try {
      return Long.parseLong(Files.readString(SCHEDULED).split(" ", -1)[1]);
    } catch (IOException e) {
      return 0;
    }
  }
}
