package io.semimeta.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.algorithm.Batch;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.Orientation;
import io.semimeta.model.Placement;
import io.semimeta.model.TestNetworks;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.UniformRealDistribution;
import org.apache.commons.math3.stat.inference.KolmogorovSmirnovTest;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BatchStreamTest {
  private static final long SEED = 11;
  private static final int B = 8;
  private static final DatasetManifest MANIFEST =
      new DatasetManifest(
          1,
          "test",
          List.of("a", "b", "c"),
          1,
          6,
          6,
          Orientation.STORED,
          List.of(0.5),
          List.of(0.25),
          Map.of(),
          null,
          null);

  private static final CropFlip CROP_FLIP = new CropFlip(2, true);

  private static ShardCache cache;
  private static Normalisation normalisation;

  @BeforeAll
  static void load() {
    cache = TestCaches.of(MANIFEST, 21, 50, 0, SEED, Placement.CPU);
    normalisation = new Normalisation(MANIFEST.mean(), MANIFEST.std(), Placement.CPU);
  }

  @AfterAll
  static void close() {
    normalisation.close();
    cache.close();
  }

  private static BatchStream stream(int rank, long seed, double alpha) {
    return stream(cache, B, CROP_FLIP, alpha, seed, rank);
  }

  private static BatchStream stream(
      ShardCache images, int size, CropFlip cropFlip, double alpha, long seed, int rank) {
    return new BatchStream(
        new CachedImages(images, size, Placement.CPU, seed, rank),
        cropFlip,
        normalisation,
        alpha,
        seed,
        rank);
  }

  private static boolean same(Batch a, Batch b) {
    return a.labelled().equal(b.labelled())
        && a.labels().equal(b.labels())
        && a.unlabelled().equal(b.unlabelled())
        && a.truth().equal(b.truth())
        && same(a.mixWeights(), b.mixWeights())
        && a.dropoutSeed() == b.dropoutSeed();
  }

  private static boolean same(Optional<Tensor> a, Optional<Tensor> b) {
    return a.isPresent() == b.isPresent() && (a.isEmpty() || a.get().equal(b.get()));
  }

  /** So a resumed run sees what the undisturbed one would have seen: faults 8 and 9. */
  @Test
  void aBatchDoesNotDependOnThoseBefore() {
    try (PointerScope scope = new PointerScope()) {
      BatchStream walking = stream(0, SEED, 1);
      for (long step = 0; step < 30; step++) {
        Batch walked = walking.batch(step);
        if (step % 7 == 0) {
          assertTrue(same(walked, stream(0, SEED, 1).batch(step)), "step " + step);
        }
      }
      assertTrue(same(stream(0, SEED, 1).batch(3), walking.batch(3)), "backwards");
    }
  }

  @Test
  void ranksSeedsAndStepsDiffer() {
    try (PointerScope scope = new PointerScope()) {
      Batch batch = stream(0, SEED, 1).batch(5);
      for (Batch other :
          List.of(
              stream(1, SEED, 1).batch(5),
              stream(0, SEED + 1, 1).batch(5),
              stream(0, SEED, 1).batch(6))) {
        assertFalse(batch.labelled().equal(other.labelled()));
        assertFalse(batch.unlabelled().equal(other.unlabelled()));
        assertFalse(batch.mixWeights().get().equal(other.mixWeights().get()));
        assertFalse(batch.dropoutSeed() == other.dropoutSeed());
      }
    }
  }

  /** Over the same images, the two streams of a step have orders of their own. */
  @Test
  void theStreamsHaveOrdersOfTheirOwn() {
    try (PointerScope scope = new PointerScope()) {
      ShardCache twice = new ShardCache(cache.labelled(), cache.labelled(), cache.evaluated());
      Batch pass = stream(twice, cache.labelled().size(), CROP_FLIP, 0, SEED, 0).batch(0);
      assertFalse(pass.labels().equal(pass.truth()));
    }
  }

  /** Over one image, whose order is the same in both, they have crops and flips of their own. */
  @Test
  void theStreamsHaveCropsOfTheirOwn() {
    try (PointerScope scope = new PointerScope();
        ShardCache one = TestCaches.of(MANIFEST, 1, 0, 0, SEED, Placement.CPU)) {
      ShardCache twice = new ShardCache(one.labelled(), one.labelled(), one.evaluated());
      Batch pass = stream(twice, 16, CROP_FLIP, 0, SEED, 0).batch(0);
      assertTrue(pass.labels().equal(pass.truth()));
      assertFalse(pass.labelled().equal(pass.unlabelled()));
    }
  }

  /** Every image comes once in a pass; its label comes with it. */
  @Test
  void labelsBelongToTheirImages() {
    try (PointerScope scope = new PointerScope()) {
      BatchStream stream = stream(cache, 7, new CropFlip(0, false), 0, SEED, 0);
      int[] times = new int[21];
      for (long step = 0; step < 3; step++) {
        Batch batch = stream.batch(step);
        for (long b = 0; b < 7; b++) {
          times[find(batch.labelled().select(0, b), batch.labels().select(0, b))]++;
        }
        assertTrue(batch.truth().eq(Tensor.create(-1L).select(0, 0)).all().item_bool());
        assertTrue(batch.mixWeights().isEmpty());
      }
      for (int count : times) {
        assertEquals(1, count);
      }
    }
  }

  private static int find(Tensor image, Tensor label) {
    for (int i = 0; i < cache.labelled().size(); i++) {
      Tensor stored = normalisation.apply(cache.labelled().images().narrow(0, i, 1)).select(0, 0);
      if (stored.equal(image)) {
        assertEquals(cache.labelled().labels().select(0, i).item_long(), label.item_long());
        return i;
      }
    }
    throw new AssertionError("no such image");
  }

  /** Without unlabelled images, as labels alone are trained, there are none in a batch. */
  @Test
  void noUnlabelledImages() {
    try (PointerScope scope = new PointerScope();
        ShardCache labelsAlone = TestCaches.of(MANIFEST, 5, 0, 0, SEED, Placement.CPU)) {
      Batch batch = stream(labelsAlone, B, CROP_FLIP, 1, SEED, 0).batch(2);
      assertEquals(B, batch.labels().numel());
      assertEquals(0, batch.truth().numel());
      assertEquals(0, batch.unlabelled().size(0));
    }
  }

  /** By Kolmogorov and Smirnov's test at one in a thousand; another alpha is told apart. */
  @ParameterizedTest
  @ValueSource(doubles = {0.1, 1, 4})
  void mixupWeightsFollowTheBetaDistribution(double alpha) {
    double[] weights = new double[250 * B];
    try (PointerScope scope = new PointerScope()) {
      BatchStream stream = stream(0, SEED, alpha);
      for (int step = 0; step < 250; step++) {
        double[] some = TestNetworks.values(stream.batch(step).mixWeights().get());
        System.arraycopy(some, 0, weights, step * B, B);
      }
    }
    assertTrue(Arrays.stream(weights).allMatch(w -> w >= 0 && w <= 1));
    // Small weights alone: close to 1 float32 has too few numbers for a test.
    double[] small = Arrays.stream(weights).filter(w -> w < 0.5).toArray();
    assertEquals(0.5, (double) small.length / weights.length, 5 * 0.5 / Math.sqrt(weights.length));
    assertTrue(likelihood(small, new BetaDistribution(alpha, alpha)) > 1e-3, "seed " + SEED);
    assertTrue(likelihood(small, new BetaDistribution(1.3 * alpha, alpha)) < 1e-3);
  }

  /** Of as large a distance to what the distribution says of numbers below a half. */
  private static double likelihood(double[] small, BetaDistribution distribution) {
    double half = distribution.cumulativeProbability(0.5);
    double[] levels =
        Arrays.stream(small).map(w -> distribution.cumulativeProbability(w) / half).toArray();
    return new KolmogorovSmirnovTest()
        .kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), levels);
  }
}
