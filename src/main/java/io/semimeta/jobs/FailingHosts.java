package io.semimeta.jobs;

import io.semimeta.HostError;
import io.semimeta.OutputException;
import io.semimeta.UserError;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.ExceptionFailure;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorRemoved;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * Replaces executors that a {@link HostError} shows to be useless: in the same JVM another attempt
 * ends the same way. Where another executor on that host fails too, for the same reason, the work
 * ends with it; it ends at once where no host may do better ({@link OutputException}).
 */
public final class FailingHosts extends SparkListener implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(FailingHosts.class);
  private static final Duration HEARD = Duration.ofSeconds(10);
  private static final Duration REPLACED = Duration.ofSeconds(30);

  /** Says whether this executor has told the driver that it is useless. */
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  /** Holds a host, and what is wrong with it. */
  private record Failure(String host, String message) {}

  private final JavaSparkContext spark;
  private final Set<Failure> replaced = new HashSet<>();
  private final Set<String> leaving = new HashSet<>();
  private int heard;
  private RuntimeException verdict;

  private FailingHosts(JavaSparkContext spark) {
    this.spark = spark;
  }

  /** Begins to listen to an application's tasks. */
  public static FailingHosts watch(JavaSparkContext spark) {
    FailingHosts hosts = new FailingHosts(spark);
    spark.sc().addSparkListener(hosts);
    return hosts;
  }

  /**
   * Runs what a task begins with. The first task that fails in an executor lets the driver know;
   * later ones, which Spark sends here again at once, wait for the executor's end, or they would
   * use up the attempts that Spark allows.
   */
  public static void inTask(Runnable beginning) {
    try {
      beginning.run();
    } catch (HostError e) {
      boolean local = SparkEnv.get().executorId().equals("driver");
      if (!local && !TOLD.compareAndSet(false, true)) {
        awaitEnd();
      }
      throw e;
    }
  }

  private static void awaitEnd() {
    try {
      Thread.sleep(REPLACED.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the task is killed
    }
  }

  @Override
  public void onTaskEnd(SparkListenerTaskEnd end) {
    if (!(end.reason() instanceof ExceptionFailure failure)) {
      return;
    }
    if (failure.className().equals(OutputException.class.getName())) {
      endWith(new UncheckedIOException(new OutputException(failure.description(), null)));
      spark.sc().cancelStage(end.stageId(), failure.toErrorString());
      return;
    }
    if (!failure.className().equals(HostError.class.getName())) {
      return;
    }
    String executor = end.taskInfo().executorId();
    String host = end.taskInfo().host();
    if (judge(executor, host, UserError.oneLine(failure.description()))) {
      LOG.warn("replacing executor {} on {}: {}", executor, host, failure.description());
      if (!spark.sc().killAndReplaceExecutor(executor)) {
        LOG.warn("the cluster's manager does not replace executor {}", executor);
      }
    } else if (verdict().isPresent()) {
      spark.sc().cancelStage(end.stageId(), failure.toErrorString());
    }
  }

  private synchronized void endWith(RuntimeException last) {
    verdict = last;
  }

  /** Returns whether to replace the executor. */
  private synchronized boolean judge(String executor, String host, String message) {
    heard++;
    notifyAll();
    if (leaving.contains(executor)) {
      return false;
    }
    if (executor.equals("driver") || !replaced.add(new Failure(host, message))) {
      verdict = new UserError(executor.equals("driver") ? message : host + ": " + message);
      return false;
    }
    leaving.add(executor);
    return true;
  }

  @Override
  public synchronized void onExecutorRemoved(SparkListenerExecutorRemoved removed) {
    leaving.remove(removed.executorId());
    notifyAll();
  }

  /** Returns what the work is to end with, where trying again is of no use. */
  public synchronized Optional<RuntimeException> verdict() {
    return Optional.ofNullable(verdict);
  }

  /**
   * Waits, for some seconds, until a failure has been heard of, and useless executors are gone.
   *
   * @param before the number of failures {@link #heard} of before
   */
  public synchronized void awaitReplaced(int before) throws InterruptedException {
    long begun = System.nanoTime();
    while (heard == before && elapsed(begun).compareTo(HEARD) < 0) {
      wait(100);
    }
    while (!leaving.isEmpty() && elapsed(begun).compareTo(REPLACED) < 0) {
      wait(100);
    }
  }

  private static Duration elapsed(long begun) {
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  /** Returns how many failures this has heard of. */
  public synchronized int heard() {
    return heard;
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(this);
  }
}
