package io.semimeta.embedding;

import java.util.Arrays;

/**
 * Holds how likely t-SNE takes each two points to be neighbours (its matrix P), from the three
 * times perplexity nearest ones of each point; for all others it is zero.
 *
 * @param start where each point's neighbours begin in the other arrays, and where the last's end
 * @param neighbour the neighbours' indices, ascending for each point
 * @param probability the probability of each pair; all of them add up to 1
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Affinities(int[] start, int[] neighbour, float[] probability) {
  private static final int NEIGHBOURS = 3; // times the perplexity, as is usual
  private static final int HALVINGS = 60;

  /** So many neighbours of all points together take some 4 GB. */
  private static final double MOST_PAIRS = 1 << 27;

  /** Returns the largest perplexity that a number of points allows. */
  static double largestPerplexity(int points) {
    return Math.min(points - 1, MOST_PAIRS / points) / NEIGHBOURS;
  }

  /** Computes the probabilities. */
  static Affinities of(float[][] features, double perplexity, Ranges ranges) {
    int n = features.length;
    int k = (int) Math.floor(NEIGHBOURS * perplexity);
    float[][] columns = transposed(features);
    int[] nearest = new int[n * k];
    float[] conditional = new float[n * k];
    ranges.forEach(
        n,
        (from, to) -> {
          float[] distances = new float[n];
          long[] keys = new long[2 * k];
          double[] squares = new double[k];
          for (int i = from; i < to; i++) {
            distances(columns, i, distances);
            nearest(distances, i, keys, k);
            for (int m = 0; m < k; m++) {
              nearest[i * k + m] = (int) keys[m];
              squares[m] = Float.intBitsToFloat((int) (keys[m] >>> 32));
            }
            double[] row = conditional(squares, perplexity);
            for (int m = 0; m < k; m++) {
              conditional[i * k + m] = (float) row[m];
            }
          }
        });
    return symmetric(n, k, nearest, conditional);
  }

  private static float[][] transposed(float[][] features) {
    float[][] columns = new float[features[0].length][features.length];
    for (int i = 0; i < features.length; i++) {
      for (int d = 0; d < columns.length; d++) {
        columns[d][i] = features[i][d];
      }
    }
    return columns;
  }

  /** Computes squared distances to all points; along a column, the loop can be vectorised. */
  private static void distances(float[][] columns, int i, float[] distances) {
    Arrays.fill(distances, 0);
    for (float[] column : columns) {
      float own = column[i];
      for (int j = 0; j < distances.length; j++) {
        float difference = column[j] - own;
        distances[j] += difference * difference;
      }
    }
  }

  /**
   * Finds the k nearest points, the nearest first. A key is the bits of the squared distance, which
   * order as the numbers do, and then the index.
   *
   * @param keys room for twice as many
   */
  private static void nearest(float[] distances, int i, long[] keys, int k) {
    long worst = Long.MAX_VALUE;
    int count = 0;
    for (int j = 0; j < distances.length; j++) {
      long key = (long) Float.floatToRawIntBits(distances[j]) << 32 | j;
      if (j != i && key < worst) {
        keys[count++] = key;
        if (count == keys.length) {
          Arrays.sort(keys);
          count = k;
          worst = keys[k - 1];
        }
      }
    }
    Arrays.sort(keys, 0, count);
  }

  /** Finds the Gaussian of the given perplexity over squared distances, which ascend. */
  static double[] conditional(double[] squares, double perplexity) {
    double entropy = StrictMath.log(perplexity);
    double[] row = new double[squares.length];
    double precision = 1;
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    for (int halving = 0; halving < HALVINGS; halving++) {
      double sum = 0;
      double weighted = 0;
      for (int m = 0; m < row.length; m++) {
        double square = squares[m] - squares[0]; // so that the nearest never vanishes
        row[m] = StrictMath.exp(-square * precision);
        sum += row[m];
        weighted += square * row[m];
      }
      double own = StrictMath.log(sum) + precision * weighted / sum;
      for (int m = 0; m < row.length; m++) {
        row[m] /= sum;
      }
      if (Math.abs(own - entropy) < 1e-7) {
        break;
      }
      if (own > entropy) {
        low = precision;
        precision = high == Double.POSITIVE_INFINITY ? precision * 2 : (low + high) / 2;
      } else {
        high = precision;
        precision = (low + high) / 2;
      }
    }
    return row;
  }

  /** Averages the two directions of each pair: P = (p + its transpose) / 2n. */
  private static Affinities symmetric(int n, int k, int[] nearest, float[] conditional) {
    int[] offset = new int[n + 1];
    for (int at = 0; at < nearest.length; at++) {
      offset[at / k + 1]++;
      offset[nearest[at] + 1]++;
    }
    Arrays.parallelPrefix(offset, Integer::sum);
    long[] entries = new long[2 * nearest.length]; // the neighbour, then the probability's bits
    int[] end = Arrays.copyOf(offset, n);
    for (int at = 0; at < nearest.length; at++) {
      int i = at / k;
      int j = nearest[at];
      long bits = Float.floatToRawIntBits(conditional[at] / (2f * n));
      entries[end[i]++] = (long) j << 32 | bits;
      entries[end[j]++] = (long) i << 32 | bits;
    }
    int[] start = new int[n + 1];
    int[] neighbour = new int[entries.length];
    float[] probability = new float[entries.length];
    int count = 0;
    for (int i = 0; i < n; i++) {
      Arrays.sort(entries, offset[i], offset[i + 1]);
      for (int at = offset[i]; at < offset[i + 1]; at++) {
        int j = (int) (entries[at] >>> 32);
        float value = Float.intBitsToFloat((int) entries[at]);
        if (count > start[i] && neighbour[count - 1] == j) {
          probability[count - 1] += value;
        } else {
          neighbour[count] = j;
          probability[count++] = value;
        }
      }
      start[i + 1] = count;
    }
    return new Affinities(
        start, Arrays.copyOf(neighbour, count), Arrays.copyOf(probability, count));
  }
}
