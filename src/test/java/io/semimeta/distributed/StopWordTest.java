package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.spark.SparkException;
import org.junit.jupiter.api.Test;

class StopWordTest {
  /**
   * An executor ends by an exception that no thread of it catches: a healthy rank would be lost.
   */
  @Test
  void aDriverThatIsSlowToAnswerIsAskedAgain() throws InterruptedException {
    Iterator<Callable<Boolean>> answers =
        List.<Callable<Boolean>>of(
                () -> {
                  throw new SparkException("Exception thrown in awaitResult", null);
                },
                () -> {
                  throw new IllegalStateException("no driver");
                },
                () -> true)
            .iterator();
    CountDownLatch asked = new CountDownLatch(3);
    try (StopWord.Ear ear =
        new StopWord.Ear(
            () -> {
              asked.countDown();
              return answers.next().call();
            })) {
      assertTrue(asked.await(1, TimeUnit.MINUTES), "asked again");
      while (!ear.getAsBoolean()) {
        Thread.sleep(10);
      }
    }
  }
}
