package io.semimeta.distributed;

import io.semimeta.SparkJvm;
import io.semimeta.training.TrainingListener;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/**
 * Stops the process of one rank for most of the time, from its first step on, as a busy host would.
 */
final class HeldUpRank extends SparkListener implements TrainingListener, AutoCloseable {
  private static final int STOPPED_MILLIS = 150;
  private static final int RUNNING_MILLIS = 50;

  private final SparkContext spark;
  private final int rank;
  private volatile String executor;
  private volatile boolean closed;
  private Thread thread;

  HeldUpRank(SparkContext spark, int rank) {
    this.spark = spark;
    this.rank = rank;
    spark.addSparkListener(this);
  }

  @Override
  public void onTaskStart(SparkListenerTaskStart start) {
    if (start.taskInfo().index() == rank) {
      executor = start.taskInfo().executorId();
    }
  }

  @Override
  public synchronized void onStep(long step) {
    if (thread == null) {
      SparkJvm process = SparkJvm.executor(executor);
      thread = new Thread(() -> holdUp(process), "held-up-rank");
      thread.start();
    }
  }

  private void holdUp(SparkJvm process) {
    try {
      while (!closed) {
        process.freeze();
        Thread.sleep(STOPPED_MILLIS);
        process.thaw();
        Thread.sleep(RUNNING_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    spark.removeSparkListener(this);
    if (thread != null) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
