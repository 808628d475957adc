package io.semimeta.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.embedding.Tsne.Embedding;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Compares t-SNE with scikit-learn's, and tries what real features seldom show. */
class TsneTest {

  @Test
  void isAsGoodAsScikitLearn() {
    Reference reference = Reference.read();
    double[][] p = reference.probabilities();
    float[][] theirs = reference.places();
    double limit = Reference.divergence(p, theirs[0], theirs[1]);
    double trusted = reference.trustworthiness(theirs[0], theirs[1], 5);
    // This test's own figures are scikit-learn's.
    assertEquals(reference.divergence(), limit, 1e-3);
    assertEquals(reference.trustworthiness(), trusted, 1e-4);

    Embedding ours = embed(reference.vectors(), reference.perplexity(), 1);

    double divergence = Reference.divergence(p, ours.x(), ours.y());
    assertTrue(divergence <= 1.02 * limit, divergence + " against " + limit);
    double trust = reference.trustworthiness(ours.x(), ours.y(), 5);
    assertTrue(trust >= trusted - 0.002, trust + " against " + trusted);
    // Its own figure has no probabilities of pairs that are far apart.
    assertEquals(divergence, ours.divergence(), 0.1 * divergence);
  }

  @Test
  void threadsChangeNoBit() {
    // More points than a range has, so that there are two of them and a rest.
    float[][] features = clusters(1100, 8, 5, 11);

    Embedding one = embed(features, 10, 1);
    Embedding two = embed(features, 10, 2);

    assertArrayEquals(one.x(), two.x());
    assertArrayEquals(one.y(), two.y());
    assertEquals(one.divergence(), two.divergence());
  }

  @Test
  void partsClusters() {
    float[][] features = clusters(150, 12, 3, 5);
    Embedding embedding = embed(features, 15, 1);
    for (int i = 0; i < 150; i++) {
      assertEquals(i % 3, nearest(embedding, i) % 3, "the neighbour of point " + i);
    }
  }

  @Test
  void pointsWithoutAnyDifferenceStillHavePlaces() {
    Embedding embedding = embed(new float[60][4], 10, 1);
    for (int i = 0; i < 60; i++) {
      assertTrue(Float.isFinite(embedding.x()[i]) && Float.isFinite(embedding.y()[i]));
    }
    assertTrue(range(embedding.x()) > 1 && range(embedding.y()) > 1);
    // A single feature has one component, but the plane has two.
    float[][] line = new float[60][1];
    IntStream.range(0, 60).forEach(i -> line[i][0] = i);
    assertTrue(range(embed(line, 10, 1).y()) > 1);
  }

  @Test
  void perplexityFitsTheNumberOfPoints() {
    float[][] features = clusters(60, 4, 2, 3);
    String message =
        assertThrows(UserError.class, () -> Tsne.requirePerplexity("--perplexity", 30, 60))
            .getMessage();
    assertEquals(
        "--perplexity 30.0: too large for 60 images, for which 19 is the largest", message);
    assertTrue(Float.isFinite(embed(features, 19, 1).x()[0]));
    assertThrows(UserError.class, () -> embed(features, 20, 1));
    Tsne.requirePerplexity("--perplexity", 447, 100_000);
    assertThrows(UserError.class, () -> Tsne.requirePerplexity("--perplexity", 448, 100_000));
    assertThrows(UserError.class, () -> Tsne.requirePerplexity("--perplexity", 1, 60));
    assertThrows(UserError.class, () -> Tsne.requirePerplexity("--perplexity", Double.NaN, 60));
    assertEquals(
        "6 images are too few for t-SNE: it needs 7",
        assertThrows(UserError.class, () -> Tsne.requirePerplexity("--perplexity", 5, 6))
            .getMessage());
  }

  @Test
  void tellsEveryStep() {
    List<Integer> steps = new ArrayList<>();
    Tsne.embed(clusters(30, 3, 2, 1), 5, 1, steps::add);
    assertEquals(IntStream.rangeClosed(1, Tsne.STEPS).boxed().toList(), steps);
  }

  private static Embedding embed(float[][] features, double perplexity, int threads) {
    return Tsne.embed(features, perplexity, threads, step -> {});
  }

  private static float[][] clusters(int points, int width, int clusters, long seed) {
    Random random = new Random(seed);
    float[][] centres = new float[clusters][width];
    float[][] features = new float[points][width];
    for (float[] centre : centres) {
      for (int d = 0; d < width; d++) {
        centre[d] = (float) (10 * random.nextGaussian());
      }
    }
    for (int i = 0; i < points; i++) {
      for (int d = 0; d < width; d++) {
        features[i][d] = (float) (centres[i % clusters][d] + random.nextGaussian());
      }
    }
    return features;
  }

  private static int nearest(Embedding embedding, int own) {
    int nearest = -1;
    double least = Double.POSITIVE_INFINITY;
    for (int j = 0; j < embedding.x().length; j++) {
      double distance =
          Math.hypot(embedding.x()[own] - embedding.x()[j], embedding.y()[own] - embedding.y()[j]);
      if (j != own && distance < least) {
        least = distance;
        nearest = j;
      }
    }
    return nearest;
  }

  private static double range(float[] values) {
    double least =
        IntStream.range(0, values.length).mapToDouble(i -> values[i]).min().orElseThrow();
    double most = IntStream.range(0, values.length).mapToDouble(i -> values[i]).max().orElseThrow();
    return most - least;
  }
}
