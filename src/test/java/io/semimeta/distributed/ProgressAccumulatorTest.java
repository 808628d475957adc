package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.Field;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressAccumulatorTest {
  /** Heartbeats look at an accumulator that is not wholly deserialised. */
  @Test
  void withoutItsFieldItIsZero() throws ReflectiveOperationException {
    ProgressAccumulator accumulator = new ProgressAccumulator();
    Field progress = ProgressAccumulator.class.getDeclaredField("progress");
    progress.setAccessible(true);
    progress.set(accumulator, null);
    assertTrue(accumulator.isZero());
    assertTrue(accumulator.copy().isZero());
    assertEquals(Progress.NONE, accumulator.value());
    ProgressAccumulator other = new ProgressAccumulator();
    other.add(Progress.of(List.of("here")).withStep(3));
    accumulator.merge(other);
    assertFalse(accumulator.isZero());
    assertEquals(3, accumulator.value().step());
  }
}
