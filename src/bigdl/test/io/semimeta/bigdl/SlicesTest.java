package io.semimeta.bigdl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.BitSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicesTest {
  @ParameterizedTest
  @CsvSource({"11,3", "10,1", "7,7", "32521,2", "1000,13"})
  void everyNumberIsInOneSliceAndEverySliceEndsWithItsMark(int length, int count) {
    Slices slices = new Slices(length, count);
    BitSet own = new BitSet();
    BitSet theirs = new BitSet();
    for (int i = 0; i < count; i++) {
      // As AllReduceParameter cuts.
      int task = slices.total() / count;
      int extra = slices.total() % count;
      assertEquals(i * task + Math.min(i, extra), slices.start(i));
      assertEquals(slices.start(i) + task + (i < extra ? 1 : 0) - 1, slices.mark(i));
      own.set(slices.ownStart(i), slices.ownStart(i) + slices.ownLength(i));
      theirs.set(slices.start(i), slices.mark(i) + 1);
    }
    assertEquals(length, own.cardinality());
    assertEquals(length, own.length());
    assertEquals(length + count, theirs.cardinality());
  }

  @Test
  void weightsOfDifferentStepsAreRefused() {
    Slices slices = new Slices(6, 3);
    float[] weights = new float[slices.total()];
    slices.putMarks(weights, 0, 41);
    assertEquals(41, slices.updates(weights, 0));
    weights[slices.mark(2)] = 40;
    IllegalStateException failure =
        assertThrows(IllegalStateException.class, () -> slices.updates(weights, 0));
    assertTrue(failure.getMessage().contains("slice 2 of the weights"), failure.getMessage());
  }

  /** What BigDL's threads may do unseen: leave a rank's part out, or add the step before's. */
  @ParameterizedTest
  @CsvSource({"1", "2", "3", "7", "1000"})
  void aSumThatIsNotWholeIsRefused(int count) {
    Slices slices = new Slices(10 * count, count);
    for (long s : new long[] {0, 1, 1023, 1024, 399_999}) {
      float whole = 0;
      for (int i = 0; i < count; i++) {
        whole += Slices.gradientMark(s);
      }
      slices.requireComplete(whole / count, s, 0);
      slices.requireComplete(whole * (1f / count), s, 0);
      float missing = (whole - Slices.gradientMark(s)) / count;
      assertThrows(IllegalStateException.class, () -> slices.requireComplete(missing, s, 0));
      float stale = (whole - Slices.gradientMark(s) + Slices.gradientMark(s + 1023)) / count;
      assertThrows(IllegalStateException.class, () -> slices.requireComplete(stale, s, 0));
      assertThrows(IllegalStateException.class, () -> slices.requireComplete(Float.NaN, s, 0));
    }
  }
}
