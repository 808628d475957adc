package io.semimeta.image;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;

class RandomResizedCropTest {
  private static final int DRAWS = 4000;

  private static RandomResizedCrop[] draws(int width, int height) {
    SplittableRandom random = new SplittableRandom(3);
    RandomResizedCrop[] crops = new RandomResizedCrop[DRAWS];
    Arrays.setAll(crops, i -> RandomResizedCrop.draw(width, height, true, random));
    return crops;
  }

  @Test
  void cropsLieWithinTheImage() {
    for (int[] size : new int[][] {{500, 375}, {40, 3000}, {3000, 40}, {1, 1}, {2, 1}}) {
      for (RandomResizedCrop crop : draws(size[0], size[1])) {
        assertTrue(crop.width() >= 1 && crop.height() >= 1, crop.toString());
        assertTrue(crop.left() >= 0 && crop.left() + crop.width() <= size[0], crop.toString());
        assertTrue(crop.top() >= 0 && crop.top() + crop.height() <= size[1], crop.toString());
      }
    }
  }

  /** Up to a tenth of the image: there no draw is refused for its form. */
  @Test
  void areaAndAspectAreAsInTheRecipe() {
    int side = 3000;
    RandomResizedCrop[] crops = draws(side, side);
    double[] areas =
        Arrays.stream(crops)
            .mapToDouble(c -> (double) c.width() * c.height() / side / side)
            .toArray();
    double[] aspects =
        Arrays.stream(crops)
            .filter(c -> c.width() * c.height() < side * side / 2) // wide ones fit too
            .mapToDouble(c -> Math.log((double) c.width() / c.height()))
            .toArray();
    assertTrue(Arrays.stream(areas).allMatch(a -> a > 0.0999 && a <= 1));
    assertUniform(Arrays.stream(areas).filter(a -> a < 0.8).toArray(), 0.1, 0.8);
    assertUniform(aspects, Math.log(0.8), Math.log(1.25));
    long flipped = Arrays.stream(crops).filter(RandomResizedCrop::flipped).count();
    assertEquals(DRAWS / 2.0, (double) flipped, 5 * Math.sqrt(DRAWS) / 2);
  }

  private static void assertUniform(double[] values, double from, double to) {
    double p =
        new KolmogorovSmirnovTest()
            .kolmogorovSmirnovTest(new UniformRealDistribution(from, to + 1e-9), values);
    assertTrue(p > 1e-3, "p = " + p);
  }

  @Test
  void reducedImagesAreNoSmallerThanTheOutput() {
    assertEquals(1, crop(447, 448).reduction(224, 224));
    assertEquals(2, crop(448, 448).reduction(224, 224));
    assertEquals(2, crop(4000, 448).reduction(224, 224));
    assertEquals(8, crop(1800, 1792).reduction(224, 224));
    assertEquals(8, crop(9000, 9000).reduction(224, 224));
  }

  private static RandomResizedCrop crop(int width, int height) {
    return new RandomResizedCrop(0, 0, width, height, false);
  }
}
