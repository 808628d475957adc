package io.semimeta.embedding;

import java.util.SplittableRandom;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;

/**
 * Finds principal components by block power iteration: with thousands of features that is far
 * quicker than the eigenvectors of their covariance.
 */
final class Pca {
  /** More vectors than are asked for, because close eigenvalues part slowly. */
  private static final int SPARE = 8;

  private static final int ROUNDS = 30;

  private Pca() {}

  /**
   * Returns the points' scores on the first components, one array a component. A component's sign
   * makes its largest loading positive.
   */
  static double[][] scores(float[][] features, int components) {
    int n = features.length;
    int width = features[0].length;
    double[] mean = mean(features);
    int size = Math.min(width, components + SPARE);
    double[][] basis = new double[size][width];
    SplittableRandom random = new SplittableRandom(0);
    for (double[] vector : basis) {
      for (int d = 0; d < width; d++) {
        vector[d] = random.nextDouble() - 0.5;
      }
    }
    orthonormalise(basis);
    for (int round = 0; round < ROUNDS; round++) {
      basis = back(features, mean, project(features, mean, basis));
      orthonormalise(basis);
    }
    double[][] loadings = rotated(basis, project(features, mean, basis), components);
    double[][] scores = project(features, mean, loadings);
    double[][] all = new double[components][n];
    System.arraycopy(scores, 0, all, 0, scores.length); // a single feature has one component
    return all;
  }

  private static double[] mean(float[][] features) {
    double[] mean = new double[features[0].length];
    for (float[] point : features) {
      for (int d = 0; d < mean.length; d++) {
        mean[d] += point[d] / (double) features.length;
      }
    }
    return mean;
  }

  /** Returns the centred points' products with each vector. */
  private static double[][] project(float[][] features, double[] mean, double[][] vectors) {
    double[][] products = new double[vectors.length][features.length];
    double[] centred = new double[mean.length];
    for (int i = 0; i < features.length; i++) {
      centre(features[i], mean, centred);
      for (int v = 0; v < vectors.length; v++) {
        products[v][i] = dot(vectors[v], centred);
      }
    }
    return products;
  }

  /** Returns the centred points' sums, weighted by each array of products. */
  private static double[][] back(float[][] features, double[] mean, double[][] products) {
    double[][] vectors = new double[products.length][mean.length];
    double[] centred = new double[mean.length];
    for (int i = 0; i < features.length; i++) {
      centre(features[i], mean, centred);
      for (int v = 0; v < vectors.length; v++) {
        add(vectors[v], products[v][i], centred);
      }
    }
    return vectors;
  }

  private static void centre(float[] point, double[] mean, double[] centred) {
    for (int d = 0; d < mean.length; d++) {
      centred[d] = point[d] - mean[d];
    }
  }

  /** Makes the vectors orthonormal; those that depend on others become zero. */
  private static void orthonormalise(double[][] vectors) {
    for (int v = 0; v < vectors.length; v++) {
      double before = Math.sqrt(dot(vectors[v], vectors[v]));
      for (int pass = 0; pass < 2; pass++) { // once leaves rounding errors
        for (int u = 0; u < v; u++) {
          add(vectors[v], -dot(vectors[u], vectors[v]), vectors[u]);
        }
      }
      double length = Math.sqrt(dot(vectors[v], vectors[v]));
      boolean isRest = length <= 1e-12 * before;
      for (int d = 0; d < vectors[v].length; d++) {
        vectors[v][d] = isRest ? 0 : vectors[v][d] / length;
      }
    }
  }

  /** Turns the basis to the eigenvectors of the covariance within it, the largest first. */
  private static double[][] rotated(double[][] basis, double[][] products, int components) {
    int size = basis.length;
    double[][] covariance = new double[size][size];
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        covariance[a][b] = dot(products[a], products[b]);
        covariance[b][a] = covariance[a][b];
      }
    }
    EigenDecomposition eigen = new EigenDecomposition(new Array2DRowRealMatrix(covariance));
    double[][] loadings = new double[Math.min(components, size)][basis[0].length];
    for (int c = 0; c < loadings.length; c++) {
      for (int v = 0; v < size; v++) {
        add(loadings[c], eigen.getEigenvector(c).getEntry(v), basis[v]);
      }
      makeLargestPositive(loadings[c]);
    }
    return loadings;
  }

  private static void makeLargestPositive(double[] vector) {
    double largest = 0;
    for (double value : vector) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    if (largest < 0) {
      for (int d = 0; d < vector.length; d++) {
        vector[d] = -vector[d];
      }
    }
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int d = 0; d < a.length; d++) {
      sum += a[d] * b[d];
    }
    return sum;
  }

  private static void add(double[] to, double factor, double[] vector) {
    for (int d = 0; d < to.length; d++) {
      to[d] += factor * vector[d];
    }
  }
}
