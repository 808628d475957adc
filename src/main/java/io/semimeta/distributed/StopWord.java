package io.semimeta.distributed;

import io.semimeta.DaemonThreads;
import io.semimeta.training.TrainingListener;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.util.ShutdownHookManager;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.SparkEnv;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.storage.BlockId;
import org.apache.spark.storage.BroadcastBlockId;
import org.apache.spark.storage.StorageLevel;
import scala.reflect.ClassTag$;

/**
 * Carries the driver's one word to running ranks, end, and rank 0's to the driver: a step was made.
 * Spark has no call from the driver into a task, but each executor may ask the driver which blocks
 * there are. The words are therefore blocks, beside those of a broadcast variable that lends them
 * its number.
 */
final class StopWord implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(StopWord.class);
  private static final String END = "stop";
  private static final String STEPPING = "stepping";
  private static final long MILLIS_BETWEEN = 500;

  private final Broadcast<String> number;

  /** Makes the word of one attempt, on the driver. */
  StopWord(JavaSparkContext spark) {
    number = spark.broadcast(END);
  }

  /** Returns the number by which ranks know the word. */
  long id() {
    return number.id();
  }

  /** Says the word. */
  void say() {
    put(block(id(), END));
  }

  /** Tells whether rank 0 has made a step, which heartbeats tell some seconds late. */
  boolean isStepping() {
    try {
      return exists(block(id(), STEPPING));
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      LOG.info("Whether the ranks have made a step is not known: {}", e.toString());
      return false;
    }
  }

  /** Returns a listener on rank 0 that tells the driver of its first step. */
  static TrainingListener telling(long id) {
    return new TrainingListener() {
      private boolean told;

      @Override
      public void onStep(long step) {
        if (!told) {
          told = true;
          // No step waits for the driver.
          DaemonThreads.named("semimeta-first-step").newThread(() -> tell(id)).start();
        }
      }
    };
  }

  private static void tell(long id) {
    try {
      put(block(id, STEPPING));
    } catch (Exception e) { // a step does not fail because the driver is slow to answer
      LOG.info(
          "The driver does not answer; heartbeats tell it of the first step: {}", e.toString());
    }
  }

  private static void put(BlockId block) {
    SparkEnv.get()
        .blockManager()
        .putSingle(
            block,
            block.name(),
            StorageLevel.MEMORY_ONLY(),
            true,
            ClassTag$.MODULE$.<String>apply(String.class));
  }

  private static boolean exists(BlockId block) {
    return SparkEnv.get().blockManager().master().contains(block);
  }

  /** Removes the variable's blocks, the words among them. */
  @Override
  public void close() {
    number.destroy();
  }

  private static BlockId block(long id, String word) {
    return new BroadcastBlockId(id, word);
  }

  /** Listens in a rank. It asks on a thread of its own, so that no step waits for the driver. */
  static final class Ear implements BooleanSupplier, AutoCloseable {
    private final Callable<Boolean> driver;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean heard;

    Ear(long id) {
      this(() -> exists(block(id, END)));
    }

    /** Makes an ear that asks the given driver. */
    Ear(Callable<Boolean> driver) {
      this.driver = driver;
      DaemonThreads.named("semimeta-stop-word").newThread(this::listen).start();
    }

    private void listen() {
      try {
        while (!heard && !closed.await(MILLIS_BETWEEN, TimeUnit.MILLISECONDS)) {
          heard = ask();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /**
     * Asks the driver, again where it is slow to answer. Spark's failures are checked exceptions
     * that Scala does not declare, and an executor ends by one that none of its threads catches.
     */
    private boolean ask() throws InterruptedException {
      try {
        return driver.call();
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        if (closed.getCount() > 0 && !ShutdownHookManager.get().isShutdownInProgress()) {
          LOG.warn("The driver does not answer whether the run is to end; asking again", e);
        }
        return false;
      }
    }

    /** Tells whether the word was said. */
    @Override
    public boolean getAsBoolean() {
      return heard;
    }

    @Override
    public void close() {
      closed.countDown();
    }
  }
}
