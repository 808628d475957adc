package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StopSignalTest {
  private final StopSignal stop = new StopSignal(Duration.ZERO);
  private final List<String> done = new CopyOnWriteArrayList<>();

  @Test
  void reactionsRunOnceBeforeAndAfter() {
    stop.react(() -> done.add("before"));
    stop.ask();
    stop.ask();
    stop.react(() -> done.add("after"));
    assertEquals(List.of("before", "after"), done);
  }

  /** What it acts on is gone: a word to ranks that have ended, a job that is no more. */
  @Test
  void aReactionThatIsClosedMeanwhileDoesNotRun() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    stop.react(
        () -> {
          begun.countDown();
          await(closed); // in vain, where whoever closes waits for this
        });
    StopSignal.Reaction second = stop.react(() -> done.add("second"));
    CompletableFuture<Void> asking = CompletableFuture.runAsync(stop::ask);
    begun.await();
    second.close();
    done.add("closed");
    closed.countDown();
    asking.get();
    assertEquals("closed", done.get(done.size() - 1), "nothing after it is closed: " + done);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
