package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.model.TensorBytes;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final float NAN = Float.NaN;

  /** Seven classes an image; the third and fourth image's logits are all or partly equal. */
  private static final float[] LOGITS = {
    1, 9, 8, 7, 6, 5, 4, 0, 1, 2, 3, 4, 5, 6, 2, 2, 2, 2, 2, 2, 2, 5, 3, 5, 3, 3, 3, 9, NAN, 0, 0,
    0, 0, 0, 0
  };

  private static void assertAhead(long[] expected, long... labels) {
    try (PointerScope scope = new PointerScope()) {
      Tensor ahead =
          Evaluator.classesAhead(
              Tensor.create(LOGITS, labels.length, 7), Tensor.create(labels, labels.length));
      assertArrayEquals(expected, TensorBytes.longs(ahead));
    }
  }

  @Test
  void largerLogitsAreAheadAndOfEqualOnesTheFirst() {
    assertAhead(new long[] {6, 0, 0, 1, 7}, 0, 6, 0, 0, 0);
    assertAhead(new long[] {0, 1, 4, 2, 1}, 1, 5, 4, 2, 1);
    assertAhead(new long[] {1, 6, 6, 6, 6}, 2, 0, 6, 5, 6);
  }

  @Test
  void noneAheadMeansTheArgmax() {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(java.util.Arrays.copyOf(LOGITS, 28), 4, 7);
      Tensor argmax = logits.argmax(new LongOptional(1), false);
      assertArrayEquals(new long[] {1, 6, 0, 6}, TensorBytes.longs(argmax));
      assertArrayEquals(new long[4], TensorBytes.longs(Evaluator.classesAhead(logits, argmax)));
    }
  }

  @Test
  void errorsOfLabelledImagesAreCounted() {
    try (PointerScope scope = new PointerScope()) {
      Tensor logits = Tensor.create(LOGITS, 5, 7);
      // Right; sixth of seven; fifth of equals: still within five; no label; a network that failed.
      Tensor labels = Tensor.create(new long[] {1, 1, 4, -1, 0}, 5);
      assertEquals(new ErrorCounts(4, 3, 2), Evaluator.errors(logits, labels));
    }
  }

  @Test
  void largeImagesGoInSmallBatches() {
    assertEquals(250, Evaluator.batchSize(14, 14));
    assertEquals(250, Evaluator.batchSize(32, 32));
    assertEquals(5, Evaluator.batchSize(224, 224));
    assertEquals(1, Evaluator.batchSize(4000, 4000));
  }
}
