package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.algorithm.Batch;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.Sgd;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.StepSettings;
import io.semimeta.algorithm.TrainStep;
import io.semimeta.model.Layer;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.TestNetworks;
import io.semimeta.training.MethodPlan;
import io.semimeta.training.MethodPlan.Direction;
import io.semimeta.training.MethodPlan.Method;
import io.semimeta.training.MethodPlan.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several ranks are one: the same weights as those of one rank on the whole batch. In float64, and
 * without batch statistics, which are each rank's own.
 */
class RankParityTest {
  private static final long SEED = 17;
  private static final int STEPS = 20;
  private static final int GLOBAL_BATCH = 12;

  private static MethodPlan plan(Direction direction, Scope scope) {
    return new MethodPlan(Method.SEMIMETA, 1, 2, 0.01, direction, scope);
  }

  /** This rank's part of the step's global batch. */
  private static Batch batch(long step, Collective ranks) {
    Random random = new Random(SEED + step);
    int own = GLOBAL_BATCH / ranks.size();
    long from = (long) own * ranks.rank();
    return new Batch(
        TestNetworks.images(random, GLOBAL_BATCH).narrow(0, from, own),
        TestNetworks.labels(random, GLOBAL_BATCH).narrow(0, from, own),
        TestNetworks.images(random, GLOBAL_BATCH).narrow(0, from, own),
        TestNetworks.labels(random, GLOBAL_BATCH).narrow(0, from, own),
        Optional.of(TestNetworks.normal(random, GLOBAL_BATCH, 1).sigmoid().narrow(0, from, own)),
        0);
  }

  /** The weights after some steps, with momentum, weight decay, warm-up and ramp. */
  private static double[] train(Layer network, MethodPlan method, Collective ranks) {
    return train(TestNetworks.model(network, SEED), method, ranks);
  }

  private static double[] train(Model model, MethodPlan method, Collective ranks) {
    ParameterVector vector = model.vector();
    TrainStep step = method.step(model, TestNetworks.CLASSES, ranks);
    Sgd sgd = new Sgd(0.9, 1e-3);
    try (PointerScope all = new PointerScope()) {
      Tensor velocity = vector.parameterValues().clone().zero_();
      for (long s = 0; s < STEPS; s++) {
        try (PointerScope scope = new PointerScope()) {
          double rate = 0.1 * Math.min(1, s / 5.0);
          step.gradient(batch(s, ranks), new StepSettings(rate, 2 * Math.min(1, s / 5.0)));
          ranks.mean(vector.gradient());
          sgd.update(vector.parameterValues(), vector.parameterGradient(), velocity, rate);
          vector.adoptStatistics();
        }
      }
      return TestNetworks.values(vector.theta());
    } finally {
      model.close();
      ranks.close();
    }
  }

  private static List<double[]> train(Layer network, MethodPlan method, int size) throws Exception {
    return TestRanks.run(size, ranks -> train(network, method, ranks));
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return a.length == b.length ? largest : Double.NaN;
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void twoAndThreeRanksGiveTheWeightsOfOne(Direction direction) throws Exception {
    MethodPlan method = plan(direction, Scope.GLOBAL);
    double[] one = train(TestNetworks.smooth(), method, new SoloCollective());
    double[] start =
        TestNetworks.values(TestNetworks.model(TestNetworks.smooth(), SEED).vector().theta());
    assertTrue(distance(start, one) > 0.1, "something was learned");
    for (int size : new int[] {2, 3}) {
      for (double[] rank : train(TestNetworks.smooth(), method, size)) {
        assertEquals(0, distance(one, rank), 1e-9, size + " ranks, seed " + SEED);
      }
    }
  }

  /** Fault 2, which is an option here: each rank's pseudo-labels follow its own labels. */
  @Test
  void theLocalScopeIsAnotherFunction() throws Exception {
    MethodPlan local = plan(Direction.FORWARD, Scope.LOCAL);
    double[] one = train(TestNetworks.smooth(), local, new SoloCollective());
    List<double[]> two = train(TestNetworks.smooth(), local, 2);
    assertTrue(distance(one, two.get(0)) > 1e-6);
    assertArrayEquals(two.get(0), two.get(1), 0, "but replicas are equal");
  }

  /** Fault 3. With BatchNorm, whose statistics differ by rank until they are averaged. */
  @Test
  void replicasAreEqualBitForBit() throws Exception {
    for (Direction direction : Direction.values()) {
      List<double[]> replicas = train(TestNetworks.normalised(), plan(direction, Scope.GLOBAL), 3);
      assertArrayEquals(replicas.get(0), replicas.get(1), 0);
      assertArrayEquals(replicas.get(0), replicas.get(2), 0);
    }
  }

  /** With the statistics of all ranks' images, BatchNorm is no exception. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void synchronisedBatchNormIsThatOfTheGlobalBatch(int size) throws Exception {
    MethodPlan method = plan(Direction.FORWARD, Scope.GLOBAL);
    double[] one = train(TestNetworks.normalised(), method, new SoloCollective());
    List<double[]> replicas =
        TestRanks.run(
            size,
            ranks -> {
              Layer network = TestNetworks.normalised();
              return train(TestNetworks.model(network, SEED, Optional.of(ranks)), method, ranks);
            });
    for (double[] rank : replicas) {
      assertEquals(0, distance(one, rank), 1e-9, size + " ranks, seed " + SEED);
      assertArrayEquals(replicas.get(0), rank, 0, "replicas are equal bit for bit");
    }
  }
}
