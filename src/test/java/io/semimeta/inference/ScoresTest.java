package io.semimeta.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ScoresTest {
  private static final double LOG_2 = Math.log(2);

  /** Probabilities 1/2, 1/4, 1/8 and 1/8. */
  private static final float[] HALVES = {
    (float) (5 * LOG_2), (float) (6 * LOG_2), (float) (4 * LOG_2), (float) (4 * LOG_2)
  };

  @Test
  void saysWhatLogitsMean() {
    Scores scores = new Scores(HALVES);
    assertEquals(1, scores.predicted());
    assertEquals(0.5, scores.confidence(), 1e-6);
    assertEquals(0.25, scores.margin(), 1e-6);
    assertEquals(1.75 * LOG_2, scores.entropy(), 1e-6);
    assertArrayEquals(new float[] {0.25f, 0.5f, 0.125f, 0.125f}, scores.probabilities(), 1e-6f);
    assertEquals(3 * LOG_2, scores.crossEntropy(2), 1e-6);
    double brier = 0.25 * 0.25 + 0.5 * 0.5 + 0.875 * 0.875 + 0.125 * 0.125;
    assertEquals(brier, scores.brier(2), 1e-6);
  }

  @Test
  void ofEqualLogitsTheFirstIsPredicted() {
    Scores scores = new Scores(new float[] {1, 3, 3, 0});
    assertEquals(1, scores.predicted());
    assertEquals(0, scores.margin());
    assertEquals(0, scores.classesAhead(1));
    assertEquals(1, scores.classesAhead(2));
    assertEquals(2, scores.classesAhead(0));
    assertEquals(3, scores.classesAhead(3));
  }

  @Test
  void veryLargeLogitsOverflowNothing() {
    Scores scores = new Scores(new float[] {-3e38f, 3e38f});
    assertEquals(1, scores.confidence());
    assertEquals(0, scores.entropy());
    assertEquals(1, scores.margin());
    assertTrue(scores.crossEntropy(0) > 1e38);
  }

  @Test
  void aNetworkThatDivergedIsNeverRight() {
    Scores scores = new Scores(new float[] {1, Float.NaN, 2, Float.NaN});
    assertEquals(1, scores.predicted());
    assertTrue(scores.classesAhead(1) > 0);
    assertTrue(Double.isNaN(scores.confidence()));
  }

  @Test
  void oneClassIsCertain() {
    Scores scores = new Scores(new float[] {-2});
    assertEquals(1, scores.confidence());
    assertEquals(1, scores.margin());
    assertEquals(0, scores.entropy());
  }
}
