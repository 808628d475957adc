package io.semimeta.embedding;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the gradient with finite differences of the cost, and looks at the probabilities. */
class GradientTest {
  private static final int POINTS = 50;
  private static final double PERPLEXITY = 8;

  @Test
  void equalsFiniteDifferences() {
    Affinities affinities = affinities();
    float[] x = normal(POINTS, 2);
    float[] y = normal(POINTS, 3);
    double[][] p = dense(affinities);
    try (Ranges ranges = new Ranges(1)) {
      Gradient gradient = new Gradient(affinities, ranges);
      gradient.compute(x, y, 1);
      double largest = 0;
      for (int i = 0; i < POINTS; i++) {
        double slopeX = slope(p, x, y, x, i);
        double slopeY = slope(p, x, y, y, i);
        assertEquals(slopeX, 4 * gradient.byX[i], 2e-5, "by x of " + i);
        assertEquals(slopeY, 4 * gradient.byY[i], 2e-5, "by y of " + i);
        largest = Math.max(largest, Math.abs(slopeX));
      }
      assertTrue(largest > 0.01, "slopes that a wrong gradient would miss: " + largest);
      assertEquals(Reference.divergence(p, x, y), gradient.divergence(x, y), 1e-5);
      assertExaggerates(gradient, x, y);
    }
  }

  /** Checks that exaggeration multiplies what attracts alone: g(2) - g(1) is the attraction. */
  private static void assertExaggerates(Gradient gradient, float[] x, float[] y) {
    float once = gradient.byX[7];
    gradient.compute(x, y, 2);
    float attraction = gradient.byX[7] - once;
    gradient.compute(x, y, 12);
    assertEquals(once + 11 * attraction, gradient.byX[7], 1e-5);
    assertTrue(Math.abs(attraction) > 1e-4);
  }

  @Test
  void probabilitiesAreSymmetricAndHaveThePerplexity() {
    Affinities affinities = affinities();
    double[][] p = dense(affinities);
    double sum = 0;
    for (int i = 0; i < POINTS; i++) {
      assertEquals(0, p[i][i]);
      for (int j = 0; j < POINTS; j++) {
        assertEquals(p[i][j], p[j][i]);
        sum += p[i][j];
      }
    }
    assertEquals(1, sum, 1e-6);

    double[] squares = {0.5, 1, 1.5, 3, 5, 8, 13, 21};
    double[] row = Affinities.conditional(squares, 4);
    double entropy = -Arrays.stream(row).map(value -> value * Math.log(value)).sum();
    assertEquals(4, Math.exp(entropy), 1e-5);
    assertEquals(1, Arrays.stream(row).sum(), 1e-12);
  }

  private static double slope(double[][] p, float[] x, float[] y, float[] by, int i) {
    float step = 0x1p-7f; // exact in floats
    float before = by[i];
    by[i] = before + step;
    double above = Reference.divergence(p, x, y);
    double up = by[i];
    by[i] = before - step;
    double below = Reference.divergence(p, x, y);
    double down = by[i];
    by[i] = before;
    return (above - below) / (up - down);
  }

  private static Affinities affinities() {
    float[][] features = new float[POINTS][];
    Arrays.setAll(features, i -> normal(6, 100 + i));
    try (Ranges ranges = new Ranges(1)) {
      return Affinities.of(features, PERPLEXITY, ranges);
    }
  }

  private static double[][] dense(Affinities affinities) {
    double[][] p = new double[POINTS][POINTS];
    for (int i = 0; i < POINTS; i++) {
      for (int at = affinities.start()[i]; at < affinities.start()[i + 1]; at++) {
        p[i][affinities.neighbour()[at]] = affinities.probability()[at];
      }
    }
    return p;
  }

  private static float[] normal(int count, long seed) {
    Random random = new Random(seed);
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }
}
