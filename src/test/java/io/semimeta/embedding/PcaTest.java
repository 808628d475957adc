package io.semimeta.embedding;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import org.junit.jupiter.api.Test;

/** Compares principal components with numpy's. */
class PcaTest {

  @Test
  void equalsNumpys() {
    Reference reference = Reference.read();
    double[][] scores = Pca.scores(reference.vectors(), 2);
    assertArrayEquals(reference.components()[0], scores[0], 0.002);
    assertArrayEquals(reference.components()[1], scores[1], 0.002);
  }

  @Test
  void whatIsLackingIsZero() {
    float[][] line = {{1, 2}, {2, 4}, {4, 8}, {5, 10}};
    double[][] scores = Pca.scores(line, 2);
    double unit = Math.sqrt(5);
    assertArrayEquals(new double[] {-2 * unit, -unit, unit, 2 * unit}, scores[0], 1e-9);
    assertArrayEquals(new double[4], scores[1], 1e-9);
    assertArrayEquals(new double[4], Pca.scores(new float[][] {{1}, {2}, {3}, {4}}, 2)[1]);
    assertArrayEquals(new double[4], Pca.scores(new float[4][3], 2)[0]);
  }
}
