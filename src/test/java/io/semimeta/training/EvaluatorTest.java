package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class EvaluatorTest {
  private static final float NAN = Float.NaN;

  private static ErrorCounts errors(long[] labels, float[]... logits) {
    try (PointerScope scope = new PointerScope()) {
      float[] flat = new float[labels.length * logits[0].length];
      for (int i = 0; i < logits.length; i++) {
        System.arraycopy(logits[i], 0, flat, i * logits[0].length, logits[0].length);
      }
      return Evaluator.errors(
          Tensor.create(flat, labels.length, logits[0].length),
          Tensor.create(labels, labels.length));
    }
  }

  private static float[] row(float... logits) {
    return logits;
  }

  @Test
  void theRankOfTheLabelsLogitDecides() {
    float[] falling = row(7, 6, 5, 4, 3, 2, 1);
    assertEquals(new ErrorCounts(1, 0, 0), errors(new long[] {0}, falling));
    assertEquals(new ErrorCounts(1, 1, 0), errors(new long[] {1}, falling));
    assertEquals(new ErrorCounts(1, 1, 0), errors(new long[] {4}, falling));
    assertEquals(new ErrorCounts(1, 1, 1), errors(new long[] {5}, falling));
    assertEquals(new ErrorCounts(3, 2, 1), errors(new long[] {0, 4, 6}, falling, falling, falling));
  }

  @Test
  void equalLogitsCountForTheLabel() {
    assertEquals(new ErrorCounts(1, 0, 0), errors(new long[] {3}, row(1, 1, 1, 1, 1, 1, 1)));
    assertEquals(new ErrorCounts(1, 1, 0), errors(new long[] {3}, row(2, 1, 1, 1, 1, 1, 1)));
  }

  /** A network that has burst must not look right. */
  @Test
  void nanIsAnError() {
    float[] all = new float[7];
    Arrays.fill(all, NAN);
    assertEquals(new ErrorCounts(1, 1, 1), errors(new long[] {2}, all));
    assertEquals(new ErrorCounts(1, 1, 1), errors(new long[] {2}, row(0, 0, NAN, 0, 0, 0, 0)));
    assertEquals(new ErrorCounts(1, 1, 0), errors(new long[] {2}, row(0, NAN, 9, 0, 0, 0, 0)));
  }

  @Test
  void imagesWithoutALabelDoNotCount() {
    float[] wrong = row(0, 1, 2, 3, 4, 5, 6);
    assertEquals(new ErrorCounts(1, 1, 1), errors(new long[] {-1, 0, -1}, wrong, wrong, wrong));
    assertEquals(new ErrorCounts(0, 0, 0), errors(new long[] {-1}, wrong));
  }

  @Test
  void sumsAreExact() {
    ErrorCounts all = new ErrorCounts(3, 2, 1).plus(new ErrorCounts(5, 2, 0));
    assertEquals(new ErrorCounts(8, 4, 1), all);
    assertEquals(0.5, all.top1Error());
    assertEquals(0.125, all.top5Error());
  }
}
