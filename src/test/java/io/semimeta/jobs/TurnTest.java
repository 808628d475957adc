package io.semimeta.jobs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** Who trains when, where several runs of one application come at once. */
class TurnTest {
  private final Object application = new Object();
  private final AtomicBoolean stop = new AtomicBoolean();
  private final List<String> said = Collections.synchronizedList(new ArrayList<>());

  private Turn turn() {
    return Turn.await(application, stop::get, said::add);
  }

  @Test
  void aRunThatIsAloneDoesNotWait() {
    turn().close();
    try (Turn own = turn();
        Turn others = Turn.await(new Object(), stop::get, said::add)) {
      assertEquals(List.of(), said);
    }
  }

  @Test
  void theyTrainInTheOrderInWhichTheyCome() throws Exception {
    List<Integer> order = Collections.synchronizedList(new ArrayList<>());
    List<CompletableFuture<Void>> all = new ArrayList<>();
    Turn first = turn();
    for (int i = 0; i < 3; i++) {
      int number = i;
      CountDownLatch waits = new CountDownLatch(1);
      all.add(
          CompletableFuture.runAsync(
              () -> {
                try (Turn own = Turn.await(application, stop::get, words -> waits.countDown())) {
                  order.add(number);
                }
              },
              task -> new Thread(task).start()));
      assertTrue(waits.await(1, TimeUnit.MINUTES));
    }
    assertEquals(List.of(), order);
    first.close();
    for (CompletableFuture<Void> each : all) {
      each.get(1, TimeUnit.MINUTES);
    }
    assertEquals(List.of(0, 1, 2), order);
  }

  @Test
  void aRunThatIsToEndWaitsNoLonger() {
    try (Turn first = turn()) {
      Turn.await(application, stop::get, words -> stop.set(true)).close();
    }
    turn().close();
  }

  @Test
  void anInterruptedOneLeavesTheQueue() {
    try (Turn first = turn()) {
      Thread thread = Thread.currentThread();
      assertThrows(
          IllegalStateException.class,
          () -> Turn.await(application, stop::get, words -> thread.interrupt()));
      assertTrue(Thread.interrupted());
    }
    said.clear();
    turn().close();
    assertEquals(List.of(), said);
  }
}
