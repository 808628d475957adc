package io.semimeta.distributed;

import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
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
 * Carries the driver's one word to running ranks: end. Spark has no call from the driver into a
 * task, but each executor may ask the driver which blocks there are. The word is therefore a block,
 * beside those of a broadcast variable that lends it its number.
 */
final class StopWord implements AutoCloseable {
  private static final Logger LOG = LogManager.getLogger(StopWord.class);
  private static final String FIELD = "stop";
  private static final long MILLIS_BETWEEN = 500;

  private final Broadcast<String> number;

  /** Makes the word of one attempt, on the driver. */
  StopWord(JavaSparkContext spark) {
    number = spark.broadcast(FIELD);
  }

  /** Returns the number by which ranks know the word. */
  long id() {
    return number.id();
  }

  /** Says the word. */
  void say() {
    SparkEnv.get()
        .blockManager()
        .putSingle(
            block(id()),
            FIELD,
            StorageLevel.MEMORY_ONLY(),
            true,
            ClassTag$.MODULE$.<String>apply(String.class));
  }

  /** Removes the variable's blocks, the word among them. */
  @Override
  public void close() {
    number.destroy();
  }

  private static BlockId block(long id) {
    return new BroadcastBlockId(id, FIELD);
  }

  /** Listens in a rank. It asks on a thread of its own, so that no step waits for the driver. */
  static final class Ear implements BooleanSupplier, AutoCloseable {
    private final Callable<Boolean> driver;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean heard;

    Ear(long id) {
      this(() -> SparkEnv.get().blockManager().master().contains(block(id)));
    }

    /** Makes an ear that asks the given driver. */
    Ear(Callable<Boolean> driver) {
      this.driver = driver;
      Thread thread = new Thread(this::listen, "semimeta-stop-word");
      thread.setDaemon(true);
      thread.start();
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
        if (closed.getCount() > 0) {
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
