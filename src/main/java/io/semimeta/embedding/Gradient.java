package io.semimeta.embedding;

import java.util.Arrays;

/**
 * Computes a quarter of the gradient of t-SNE's cost by every point's place, exactly: over all
 * pairs.
 */
final class Gradient {
  final float[] byX;
  final float[] byY;
  private final Affinities affinities;
  private final Ranges ranges;
  private final float[] repelX;
  private final float[] repelY;
  private final float[] similarity;

  Gradient(Affinities affinities, Ranges ranges) {
    this.affinities = affinities;
    this.ranges = ranges;
    int n = affinities.start().length - 1;
    byX = new float[n];
    byY = new float[n];
    repelX = new float[n];
    repelY = new float[n];
    similarity = new float[n];
  }

  /**
   * Computes the gradient at the given places.
   *
   * @param exaggeration what the probabilities are multiplied by
   */
  void compute(float[] x, float[] y, float exaggeration) {
    ranges.forEach(
        byX.length,
        (from, to) -> {
          repel(x, y, from, to);
          attract(x, y, from, to);
        });
    float scale = (float) (1 / normaliser());
    for (int i = 0; i < byX.length; i++) {
      byX[i] = exaggeration * byX[i] - scale * repelX[i];
      byY[i] = exaggeration * byY[i] - scale * repelY[i];
    }
  }

  /** Returns the Kullback-Leibler divergence at the places of the last call. */
  double divergence(float[] x, float[] y) {
    double logOfSum = StrictMath.log(normaliser());
    double divergence = 0;
    int[] start = affinities.start();
    for (int i = 0; i < x.length; i++) {
      for (int at = start[i]; at < start[i + 1]; at++) {
        int j = affinities.neighbour()[at];
        double p = affinities.probability()[at];
        double dx = x[i] - x[j];
        double dy = y[i] - y[j];
        if (p > 0) {
          divergence += p * (StrictMath.log(p) + StrictMath.log(1 + dx * dx + dy * dy) + logOfSum);
        }
      }
    }
    return divergence;
  }

  /** Returns the sum of the similarities of all pairs of two points. */
  private double normaliser() {
    double sum = -similarity.length; // each is similar to itself by 1
    for (float of : similarity) {
      sum += of;
    }
    return sum;
  }

  /**
   * Adds up what repels a range's points. The inner loop adds one point's force to each of them, so
   * it reduces nothing and can be vectorised.
   */
  private void repel(float[] x, float[] y, int from, int to) {
    Arrays.fill(repelX, from, to, 0);
    Arrays.fill(repelY, from, to, 0);
    Arrays.fill(similarity, from, to, 0);
    for (int i = 0; i < x.length; i++) {
      repelBy(x[i], y[i], x, y, repelX, repelY, similarity, from, to);
    }
  }

  private static void repelBy(
      float ownX,
      float ownY,
      float[] x,
      float[] y,
      float[] repelX,
      float[] repelY,
      float[] similarity,
      int from,
      int to) {
    for (int j = from; j < to; j++) {
      float dx = x[j] - ownX;
      float dy = y[j] - ownY;
      float q = 1 / (1 + dx * dx + dy * dy);
      similarity[j] += q;
      repelX[j] += q * q * dx;
      repelY[j] += q * q * dy;
    }
  }

  private void attract(float[] x, float[] y, int from, int to) {
    int[] start = affinities.start();
    for (int i = from; i < to; i++) {
      float sumX = 0;
      float sumY = 0;
      for (int at = start[i]; at < start[i + 1]; at++) {
        int j = affinities.neighbour()[at];
        float dx = x[i] - x[j];
        float dy = y[i] - y[j];
        float pull = affinities.probability()[at] / (1 + dx * dx + dy * dy);
        sumX += pull * dx;
        sumY += pull * dy;
      }
      byX[i] = sumX;
      byY[i] = sumY;
    }
  }
}
