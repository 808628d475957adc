package io.semimeta.embedding;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Holds features of real images and scikit-learn's results, which tsne.py writes. */
@SuppressWarnings("ArrayRecordComponent")
record Reference(
    String sklearn,
    int points,
    int width,
    double perplexity,
    byte[] features,
    float[][] places,
    double divergence,
    double trustworthiness,
    double[][] components) {

  static Reference read() {
    try (InputStream in = Reference.class.getResourceAsStream("scikit-learn.json")) {
      return JsonMapper.builder().build().readValue(in, Reference.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  float[][] vectors() {
    float[][] vectors = new float[points][width];
    for (int i = 0; i < points; i++) {
      for (int d = 0; d < width; d++) {
        vectors[i][d] = features[i * width + d] & 0xff;
      }
    }
    return vectors;
  }

  /** Returns the probabilities of all pairs, from all points instead of the nearest. */
  double[][] probabilities() {
    float[][] vectors = vectors();
    double[][] p = new double[points][points];
    for (int i = 0; i < points; i++) {
      int own = i;
      int[] others =
          IntStream.range(0, points)
              .filter(j -> j != own)
              .boxed()
              .sorted(Comparator.comparingDouble(j -> square(vectors[own], vectors[j])))
              .mapToInt(Integer::intValue)
              .toArray();
      double[] squares =
          Arrays.stream(others).mapToDouble(j -> square(vectors[own], vectors[j])).toArray();
      double[] row = Affinities.conditional(squares, perplexity);
      for (int m = 0; m < others.length; m++) {
        p[i][others[m]] += row[m] / (2 * points);
        p[others[m]][i] += row[m] / (2 * points);
      }
    }
    return p;
  }

  /** Returns the Kullback-Leibler divergence of places from the probabilities of all pairs. */
  static double divergence(double[][] p, float[] x, float[] y) {
    double sum = 0;
    double divergence = 0;
    for (int i = 0; i < x.length; i++) {
      for (int j = 0; j < x.length; j++) {
        double dx = (double) x[i] - x[j];
        double dy = (double) y[i] - y[j];
        double q = 1 / (1 + dx * dx + dy * dy);
        sum += i == j ? 0 : q;
        divergence += i == j || p[i][j] == 0 ? 0 : p[i][j] * Math.log(p[i][j] / q);
      }
    }
    return divergence + Math.log(sum);
  }

  /** Returns how far the k nearest places are near in the features too (Venna and Kaski 2001). */
  double trustworthiness(float[] x, float[] y, int k) {
    float[][] vectors = vectors();
    long penalty = 0;
    for (int i = 0; i < points; i++) {
      int own = i;
      int[] ranks = new int[points];
      int[] byFeatures = order(own, j -> square(vectors[own], vectors[j]));
      for (int rank = 0; rank < byFeatures.length; rank++) {
        ranks[byFeatures[rank]] = rank + 1;
      }
      float[] place = {x[i], y[i]};
      int[] byPlace = order(own, j -> square(place, new float[] {x[j], y[j]}));
      for (int m = 0; m < k; m++) {
        penalty += Math.max(0, ranks[byPlace[m]] - k);
      }
    }
    return 1 - penalty * 2.0 / (points * k * (2.0 * points - 3.0 * k - 1));
  }

  private interface Distance {
    double to(int j);
  }

  private int[] order(int own, Distance distance) {
    return IntStream.range(0, points)
        .filter(j -> j != own)
        .boxed()
        .sorted(Comparator.comparingDouble(distance::to))
        .mapToInt(Integer::intValue)
        .toArray();
  }

  private static double square(float[] a, float[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += ((double) a[d] - b[d]) * ((double) a[d] - b[d]);
    }
    return sum;
  }
}
