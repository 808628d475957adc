package io.semimeta.evaluation;

/**
 * Says what a network's logits mean for one image. All is computed in float64, from the first class
 * to the last, by {@link StrictMath}: the same logits give the same bits on any machine.
 */
public final class Scores {
  private final float[] logits;
  private final double[] probabilities;
  private final double logSum;
  private final int predicted;

  public Scores(float[] logits) {
    this.logits = logits;
    this.predicted = largest(logits, -1);
    double most = logits[predicted];
    double sum = 0;
    probabilities = new double[logits.length];
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] = StrictMath.exp(logits[c] - most);
      sum += probabilities[c];
    }
    for (int c = 0; c < logits.length; c++) {
      probabilities[c] /= sum;
    }
    logSum = most + StrictMath.log(sum);
  }

  /** Returns the first of the largest values' classes; a NaN counts as larger than any number. */
  private static int largest(float[] values, int except) {
    int best = -1;
    for (int c = 0; c < values.length; c++) {
      boolean larger = best < 0 || (!(values[c] <= values[best]) && !Float.isNaN(values[best]));
      best = c != except && larger ? c : best;
    }
    return best;
  }

  /** Returns the most likely class, the first of several. */
  public int predicted() {
    return predicted;
  }

  /** Returns the most likely class's probability. */
  double confidence() {
    return probabilities[predicted];
  }

  /** Returns how much more likely the most likely class is than the next one. */
  double margin() {
    int second = largest(logits, predicted);
    return second < 0 ? confidence() : confidence() - probabilities[second];
  }

  /** Returns the probabilities' entropy, by the natural logarithm: 0 is certain. */
  double entropy() {
    double entropy = 0;
    for (int c = 0; c < logits.length; c++) {
      entropy += probabilities[c] == 0 ? 0 : probabilities[c] * (logSum - logits[c]);
    }
    return entropy;
  }

  /** Returns a class's probability. */
  public double probability(int c) {
    return probabilities[c];
  }

  /** Returns the probabilities in class order, in float32. */
  float[] probabilities() {
    float[] rounded = new float[probabilities.length];
    for (int c = 0; c < rounded.length; c++) {
      rounded[c] = (float) probabilities[c];
    }
    return rounded;
  }

  /**
   * Counts the classes that the network prefers to a label: those with a larger logit, and of those
   * with the same logit the ones that come first, so that 0 means that the label is predicted. A
   * NaN counts as larger, the label's own too, so a network that diverged is never right.
   */
  int classesAhead(int label) {
    int ahead = 0;
    for (int c = 0; c < logits.length; c++) {
      ahead += !(logits[c] <= logits[label]) || (logits[c] == logits[label] && c < label) ? 1 : 0;
    }
    return ahead;
  }

  /** Returns minus the logarithm of a label's probability. */
  double crossEntropy(int label) {
    return logSum - logits[label];
  }

  /** Returns the squared distance of the probabilities from those that are sure of a label. */
  double brier(int label) {
    double sum = 0;
    for (int c = 0; c < probabilities.length; c++) {
      double distance = probabilities[c] - (c == label ? 1 : 0);
      sum += distance * distance;
    }
    return sum;
  }
}
