package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class RestartsTest {
  private static final String END = "; --resume goes on from the last checkpoint";

  @Test
  void aRunThatComesFurtherGoesOn() {
    Restarts restarts = new Restarts(2, 0);
    for (long step = 10; step <= 200; step += 10) {
      restarts.reached(step);
      assertFalse(restarts.isOver(), "at step " + step);
      restarts.add();
    }
    assertEquals(20, restarts.all());
    restarts.reached(200);
    restarts.add();
    restarts.reached(150); // the newest was damaged
    assertTrue(restarts.isOver());
    assertEquals(
        "training failed after 21 restarts, 2 of them since step 200" + END, restarts.lastWords());
  }

  @Test
  void oneThatStaysEnds() {
    Restarts restarts = new Restarts(1, 100);
    restarts.reached(100);
    assertFalse(restarts.isOver());
    restarts.add();
    assertTrue(restarts.isOver());
    assertEquals("training failed after 1 restarts" + END, restarts.lastWords());
  }

  @Test
  void noneIsNone() {
    Restarts restarts = new Restarts(0, 0);
    restarts.reached(50);
    assertTrue(restarts.isOver());
    assertEquals("training failed after 0 restarts" + END, restarts.lastWords());
  }
}
