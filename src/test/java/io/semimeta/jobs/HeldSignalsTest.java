package io.semimeta.jobs;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class HeldSignalsTest {
  /** Else a Ctrl-C would end the executor of a rank that writes its last checkpoint. */
  @Test
  void theEndOfALostAttemptsTaskLeavesTheNextOnesAlone() {
    HeldSignals lost = new HeldSignals(() -> true);
    assertFalse(HeldSignals.areHeld(), "cancelled");
    HeldSignals next = new HeldSignals(() -> false);
    lost.close();
    assertTrue(HeldSignals.areHeld());
    next.close();
    assertFalse(HeldSignals.areHeld());
  }
}
