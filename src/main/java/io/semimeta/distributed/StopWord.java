package io.semimeta.distributed;

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
 * The driver's one word to ranks that run: end. Spark has no call from the driver into a task; but
 * each executor may ask the driver which blocks there are. So the word is a block, beside those of
 * a broadcast variable that lends it its number.
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

  /** What ranks know it by. */
  long id() {
    return number.id();
  }

  /** Says it. */
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

  /** Takes its blocks away, the word among them. */
  @Override
  public void close() {
    number.destroy();
  }

  private static BlockId block(long id) {
    return new BroadcastBlockId(id, FIELD);
  }

  /** A rank's ear. It asks on a thread of its own, so that no step waits for the driver. */
  static final class Ear implements BooleanSupplier, AutoCloseable {
    private final BlockId block;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean heard;

    Ear(long id) {
      block = block(id);
      Thread thread = new Thread(this::listen, "semimeta-stop-word");
      thread.setDaemon(true);
      thread.start();
    }

    private void listen() {
      try {
        while (!heard && !closed.await(MILLIS_BETWEEN, TimeUnit.MILLISECONDS)) {
          heard = SparkEnv.get().blockManager().master().contains(block);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException e) {
        LOG.warn("The driver does not answer; this rank will not hear if the run is to end", e);
      }
    }

    /** Whether the word was said. */
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
