package io.semimeta.jobs;

import io.semimeta.DaemonThreads;
import io.semimeta.UserError;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.files.LeasedPlace;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.commons.lang3.function.FailableSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Holds the outputs that one command writes to, by {@link OutputLease}s, until it is closed or the
 * process ends. Where another run takes one over, the command's Spark jobs are cancelled, and it
 * fails.
 */
public final class LeasedOutput implements AutoCloseable {
  /** This property of a thread, which Spark hands on to its tasks, names the lease's holder. */
  private static final String HOLDER = "semimeta.lease";

  /** The hook runs after Spark's own, which ends the executors, and before the file systems'. */
  private static final int HOOK_PRIORITY = FileSystem.SHUTDOWN_HOOK_PRIORITY + 10;

  /** A store that cannot be reached is waited for no longer than this. */
  private static final long SECONDS_TO_RELEASE = 10;

  /** Nor for longer than this where the process is to end at once. */
  private static final long SECONDS_AT_ONCE = 2;

  private static final Set<LeasedOutput> HELD = ConcurrentHashMap.newKeySet();

  private final JavaSparkContext spark;
  private final List<OutputLease> leases = new CopyOnWriteArrayList<>();
  private final String tag = HOLDER + " " + UUID.randomUUID();
  private final String before;
  private final Runnable hook = this::release;
  private final AtomicBoolean released = new AtomicBoolean();
  private final ScheduledExecutorService renewing =
      Executors.newSingleThreadScheduledExecutor(DaemonThreads.named("semimeta-lease"));

  private final ScheduledFuture<?> renewals;

  /** Begins before a lease is taken: a signal may come once the first file is there. */
  private LeasedOutput(JavaSparkContext spark) {
    this.spark = spark;
    before = spark.getLocalProperty(HOLDER);
    ShutdownHookManager.get().addShutdownHook(hook, HOOK_PRIORITY);
    long period = OutputLease.RENEWAL.toMillis();
    renewals = renewing.scheduleWithFixedDelay(this::renew, period, period, TimeUnit.MILLISECONDS);
    HELD.add(this);
  }

  /**
   * Takes the leases of outputs, and shows on the terminal why that takes a while.
   *
   * @param command the command's name, for people
   * @throws UserError where a living run holds one, or it cannot be written
   */
  public static LeasedOutput take(
      JavaSparkContext spark, String command, List<LeasedPlace> places) {
    try (ProgressDisplay display = new ProgressDisplay(command, 0, 0)) {
      return take(spark, command, places, display::phase);
    }
  }

  /**
   * Takes the leases of outputs, for the jobs of this thread.
   *
   * @param command the command's name, for people
   * @param saying hears why taking the leases takes a while
   * @throws UserError where a living run holds one, or it cannot be written
   */
  public static LeasedOutput take(
      JavaSparkContext spark, String command, List<LeasedPlace> places, Consumer<String> saying) {
    LeasedOutput output = new LeasedOutput(spark);
    try {
      for (LeasedPlace place : places) {
        output.take(command, place, saying);
      }
      spark.addJobTag(output.tag);
      output.leases.stream()
          .findFirst()
          .ifPresent(one -> spark.setLocalProperty(HOLDER, one.holder()));
      return output;
    } catch (RuntimeException | Error e) { // else its thread would renew what it has
      output.close();
      throw e;
    }
  }

  private void take(String command, LeasedPlace place, Consumer<String> saying) {
    try {
      OutputLease.take(
          place,
          command,
          spark.sc().applicationId(),
          spark.hadoopConfiguration(),
          saying,
          this::begin);
    } catch (IOException e) {
      throw OutputPlace.unwritable(place.option(), place.output(), e);
    }
  }

  private void begin(OutputLease lease) {
    leases.add(lease);
    if (released.get()) { // perhaps before it was in the list
      lease.release();
    }
  }

  private void renew() {
    for (OutputLease lease : leases) {
      if (!lease.renew()) {
        spark.cancelJobsWithTag(tag);
      }
    }
  }

  /**
   * Writes to the outputs.
   *
   * @throws UserError where writing failed because another run has taken an output over
   */
  public <T> T during(FailableSupplier<T, IOException> writing) throws IOException {
    try {
      return writing.get();
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      requireHeld(e);
      throw e;
    }
  }

  /**
   * Checks before something is written that the outputs are still this command's.
   *
   * @throws UserError where another run has taken one over
   */
  public void requireHeld() {
    requireHeld(null);
    leases.forEach(OutputLease::requireHeld);
  }

  private void requireHeld(Exception cause) {
    for (OutputLease lease : leases) {
      Optional<UserError> loss = lease.loss();
      if (loss.isPresent()) {
        throw new UserError(loss.get().getMessage(), cause);
      }
    }
  }

  /** Returns a check for what this thread of the driver writes while its jobs run. */
  public static Runnable guard(JavaSparkContext spark, LeasedPlace place) {
    return guard(spark.getLocalProperty(HOLDER), place, spark.hadoopConfiguration());
  }

  /** Returns a check for what a task writes; without a task there is no lease to check. */
  public static Runnable guardInTask(LeasedPlace place, Configuration conf) {
    TaskContext task = TaskContext.get();
    return guard(task == null ? null : task.getLocalProperty(HOLDER), place, conf);
  }

  private static Runnable guard(String holder, LeasedPlace place, Configuration conf) {
    return holder == null ? () -> {} : () -> OutputLease.requireHeld(place, holder, conf);
  }

  /** Gives the leases back. */
  @Override
  public void close() {
    release();
    if (!ShutdownHookManager.get().isShutdownInProgress()) {
      ShutdownHookManager.get().removeShutdownHook(hook);
    }
    spark.removeJobTag(tag);
    spark.setLocalProperty(HOLDER, before);
  }

  /** Gives all leases of this process back, which is about to end without its shutdown. */
  public static void releaseAll() {
    HELD.forEach(output -> output.release(SECONDS_AT_ONCE));
  }

  private void release() {
    release(SECONDS_TO_RELEASE);
  }

  /** Waits for the release, also where another thread has begun it. */
  private void release(long seconds) {
    if (released.compareAndSet(false, true)) {
      renewals.cancel(false);
      renewing.execute(() -> leases.forEach(OutputLease::release));
      renewing.shutdown();
    }
    try {
      if (renewing.awaitTermination(seconds, TimeUnit.SECONDS)) {
        HELD.remove(this);
      } else {
        renewing.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
