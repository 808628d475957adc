package io.semimeta.embedding;

import io.semimeta.Shown;
import io.semimeta.UserError;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/**
 * Embeds points in the plane by t-SNE (van der Maaten and Hinton 2008), with the exact forces of
 * all pairs, from the first two principal components. The result depends on the points and their
 * order alone, to the bit: neither on the number of threads nor on the machine.
 */
public final class Tsne {
  private static final int EXAGGERATED_STEPS = 250;

  /** The number of steps. */
  public static final int STEPS = EXAGGERATED_STEPS + 500;

  private static final float EXAGGERATION = 12;
  private static final float MOMENTUM = 0.8f;
  private static final float LEAST_GAIN = 0.01f;

  /** Longer steps are cut, or a far point is thrown out for good. */
  private static final float LONGEST_STEP = 5;

  private static final double START_DEVIATION = 1e-4;

  /** Parts points of equal features, which nothing else would ever part. */
  private static final double JITTER = 0.01 * START_DEVIATION;

  private Tsne() {}

  /**
   * Holds the points' places.
   *
   * @param x one coordinate of each point
   * @param y the other
   * @param divergence t-SNE's cost, the Kullback-Leibler divergence
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Embedding(float[] x, float[] y, double divergence) {}

  /**
   * Refuses a perplexity that so few points do not allow: t-SNE looks at three times as many
   * neighbours.
   *
   * @param option how messages name the perplexity
   * @throws UserError naming the largest one
   */
  public static void requirePerplexity(String option, double perplexity, int points) {
    double largest = Math.floor(Affinities.largestPerplexity(points));
    if (!(perplexity > 1)) {
      throw new UserError(option + " " + perplexity + ": must be above 1");
    }
    if (largest < 2) {
      throw new UserError("%s images are too few for t-SNE: it needs 7".formatted(points));
    }
    if (perplexity > Affinities.largestPerplexity(points)) {
      throw new UserError(
          Shown.format(
              "%s %s: too large for %d images, for which %.0f is the largest",
              option, perplexity, points, largest));
    }
  }

  /**
   * Embeds points.
   *
   * @param features a vector for each point, of finite numbers
   * @param perplexity how many neighbours a point has, about
   * @param threads how many threads compute
   * @param progress hears the number of each step when it is done
   */
  public static Embedding embed(
      float[][] features, double perplexity, int threads, IntConsumer progress) {
    requirePerplexity("perplexity", perplexity, features.length);
    try (Ranges ranges = new Ranges(threads)) {
      Affinities affinities = Affinities.of(features, perplexity, ranges);
      Gradient gradient = new Gradient(affinities, ranges);
      Descent descent = new Descent(start(features));
      for (int step = 1; step <= STEPS; step++) {
        float exaggeration = step <= EXAGGERATED_STEPS ? EXAGGERATION : 1;
        gradient.compute(descent.x, descent.y, exaggeration);
        descent.step(gradient, features.length / exaggeration);
        if (step == EXAGGERATED_STEPS) {
          descent.restart();
        }
        progress.accept(step);
      }
      gradient.compute(descent.x, descent.y, 1);
      double divergence = gradient.divergence(descent.x, descent.y);
      return new Embedding(centred(descent.x), centred(descent.y), divergence);
    }
  }

  /** Returns the first two principal components, small. */
  private static float[][] start(float[][] features) {
    double[][] components = Pca.scores(features, 2);
    double deviation = 0;
    for (double score : components[0]) {
      deviation += score * score / features.length;
    }
    double scale = deviation == 0 ? 0 : START_DEVIATION / Math.sqrt(deviation);
    SplittableRandom jitter = new SplittableRandom(0);
    float[][] start = new float[2][features.length];
    for (int i = 0; i < features.length; i++) {
      for (int axis = 0; axis < 2; axis++) {
        double noise = JITTER * (2 * jitter.nextDouble() - 1);
        start[axis][i] = (float) (scale * components[axis][i] + noise);
      }
    }
    return start;
  }

  private static float[] centred(float[] values) {
    double mean = 0;
    for (float value : values) {
      mean += value / (double) values.length;
    }
    float[] centred = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      centred[i] = (float) (values[i] - mean);
    }
    return centred;
  }

  /** Moves the points, with momentum and a gain for each coordinate (Jacobs 1988). */
  private static final class Descent {
    final float[] x;
    final float[] y;
    private final float[] stepX;
    private final float[] stepY;
    private final float[] gainX;
    private final float[] gainY;

    Descent(float[][] start) {
      x = start[0];
      y = start[1];
      stepX = new float[x.length];
      stepY = new float[x.length];
      gainX = new float[x.length];
      gainY = new float[x.length];
      restart();
    }

    /** Forgets the gains and the momentum. */
    void restart() {
      Arrays.fill(stepX, 0);
      Arrays.fill(stepY, 0);
      Arrays.fill(gainX, 1);
      Arrays.fill(gainY, 1);
    }

    void step(Gradient gradient, float rate) {
      for (int i = 0; i < x.length; i++) {
        gainX[i] = gain(gainX[i], stepX[i], gradient.byX[i]);
        gainY[i] = gain(gainY[i], stepY[i], gradient.byY[i]);
        stepX[i] = MOMENTUM * stepX[i] - rate * gainX[i] * gradient.byX[i];
        stepY[i] = MOMENTUM * stepY[i] - rate * gainY[i] * gradient.byY[i];
        float square = stepX[i] * stepX[i] + stepY[i] * stepY[i];
        if (square > LONGEST_STEP * LONGEST_STEP) {
          float shorter = (float) (LONGEST_STEP / Math.sqrt(square));
          stepX[i] *= shorter;
          stepY[i] *= shorter;
        }
        x[i] += stepX[i];
        y[i] += stepY[i];
      }
    }

    /** Grows a gain while the gradient points where the last step went, and shrinks it else. */
    private static float gain(float gain, float step, float gradient) {
      boolean onwards = step * gradient < 0;
      return Math.max(LEAST_GAIN, onwards ? gain + 0.2f : gain * 0.8f);
    }
  }
}
