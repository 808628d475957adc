package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.semimeta.DaemonThreads;
import io.semimeta.algorithm.SoloCollective;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StepTimerTest {
  /** More threads than processors, all busy: each waits for its turn. */
  @Test
  void otherThreadsTurnsAreWaitingForAProcessor() throws Exception {
    Path scheduled = Path.of("/proc/thread-self/schedstat");
    assumeTrue(Files.exists(scheduled) && !Files.readString(scheduled).startsWith("0 "));
    List<Thread> others = new ArrayList<>();
    try {
      for (int i = 0; i < 3 * Runtime.getRuntime().availableProcessors(); i++) {
        Thread other = DaemonThreads.named("busy").newThread(StepTimerTest::spin);
        other.start();
        others.add(other);
      }
      StepTimer timer = new StepTimer(new SoloCollective(), null);
      long begun = System.nanoTime();
      timer.step(
          () -> {
            while (System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(2)) {
              Thread.onSpinWait();
            }
            return null;
          });
      RankTimes times = timer.take();
      assertEquals(1, times.steps());
      assertTrue(times.processorWait() > 0.2, times + "");
      assertTrue(times.processorWait() <= times.busy(), times + "");
    } finally {
      others.forEach(Thread::interrupt);
    }
  }

  private static void spin() {
    while (!Thread.currentThread().isInterrupted()) {
      Thread.onSpinWait();
    }
  }
}
