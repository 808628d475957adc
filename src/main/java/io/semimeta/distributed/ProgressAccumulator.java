package io.semimeta.distributed;

import org.apache.spark.util.AccumulatorV2;

/**
 * Carries rank 0's progress to the driver in the executors' heartbeats, Spark's own channel, so
 * that no other port is needed. The training thread writes while the heartbeat's thread reads, so
 * there is one volatile field of an immutable value.
 */
final class ProgressAccumulator extends AccumulatorV2<Progress, Progress> {
  private static final long serialVersionUID = 1L;

  /**
   * Is null for a moment on an executor: Spark shows an accumulator to the heartbeat's thread
   * before this field has been read, and an exception there would end all heartbeats.
   */
  private volatile Progress progress = Progress.NONE;

  @Override
  public boolean isZero() {
    return value().step() < 0 && value().phases().isEmpty();
  }

  @Override
  public AccumulatorV2<Progress, Progress> copy() {
    ProgressAccumulator copy = new ProgressAccumulator();
    copy.progress = value();
    return copy;
  }

  @Override
  public void reset() {
    progress = Progress.NONE;
  }

  @Override
  public void add(Progress newer) {
    progress = newer;
  }

  @Override
  public void merge(AccumulatorV2<Progress, Progress> other) {
    if (other.value().step() > value().step()) {
      progress = other.value();
    }
  }

  @Override
  public Progress value() {
    Progress now = progress;
    return now == null ? Progress.NONE : now;
  }
}
