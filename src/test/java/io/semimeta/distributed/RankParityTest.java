package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.algorithm.Batch;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.Sgd;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.StepClock;
import io.semimeta.algorithm.StepSettings;
import io.semimeta.algorithm.TrainStep;
import io.semimeta.model.Model;
import io.semimeta.model.Network;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Direction;
import io.semimeta.plan.StepOptions.Scope;
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
  private static final int GLOBAL_BATCH = 12;
  private static final Task SMALL = new Task(20, 2, 6);
  private static final Task RESIDUAL = new Task(3, 3, 32);

  /** How many steps, and of which images. */
  private record Task(int steps, int channels, int side) {
    Tensor images(Random random) {
      return TestNetworks.normal(random, GLOBAL_BATCH, channels, side, side);
    }
  }

  private static StepOptions plan(Direction direction, Scope scope) {
    return StepOptions.defaults()
        .withMixUpAlpha(1)
        .withWeight(2)
        .withDirection(direction)
        .withScope(scope);
  }

  /** This rank's part of the step's global batch. */
  private static Batch batch(Task task, long step, Collective ranks) {
    Random random = new Random(SEED + step);
    int own = GLOBAL_BATCH / ranks.size();
    long from = (long) own * ranks.rank();
    return new Batch(
        task.images(random).narrow(0, from, own),
        TestNetworks.labels(random, GLOBAL_BATCH).narrow(0, from, own),
        task.images(random).narrow(0, from, own),
        TestNetworks.labels(random, GLOBAL_BATCH).narrow(0, from, own),
        Optional.of(TestNetworks.normal(random, GLOBAL_BATCH, 1).sigmoid().narrow(0, from, own)),
        0);
  }

  /** The weights after some steps, with momentum, weight decay, warm-up and ramp. */
  private static double[] train(Network network, StepOptions method, Collective ranks) {
    return train(SMALL, TestNetworks.model(network, SEED), method, ranks);
  }

  private static double[] train(Task task, Model model, StepOptions method, Collective ranks) {
    ParameterVector vector = model.vector();
    TrainStep step = method.step(model, TestNetworks.CLASSES, ranks);
    Sgd sgd = new Sgd(0.9, 1e-3);
    try (PointerScope all = new PointerScope()) {
      Tensor velocity = vector.parameterValues().clone().zero_();
      for (long s = 0; s < task.steps; s++) {
        try (PointerScope scope = new PointerScope()) {
          double rate = 0.1 * Math.min(1, s / 5.0);
          step.gradient(
              batch(task, s, ranks),
              new StepSettings(rate, 2 * Math.min(1, s / 5.0)),
              StepClock.NONE);
          ranks.allReduceMean(vector.gradient());
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

  private static List<double[]> train(Network network, StepOptions method, int size)
      throws Exception {
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
    StepOptions method = plan(direction, Scope.GLOBAL);
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
    StepOptions local = plan(Direction.FORWARD, Scope.LOCAL);
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
    StepOptions method = plan(Direction.FORWARD, Scope.GLOBAL);
    double[] one = train(TestNetworks.normalised(), method, new SoloCollective());
    List<double[]> replicas =
        TestRanks.run(
            size,
            ranks -> {
              Network network = TestNetworks.normalised();
              Model model = TestNetworks.model(network, SEED, Optional.of(ranks));
              return train(SMALL, model, method, ranks);
            });
    for (double[] rank : replicas) {
      assertEquals(0, distance(one, rank), 1e-9, size + " ranks, seed " + SEED);
      assertArrayEquals(replicas.get(0), rank, 0, "replicas are equal bit for bit");
    }
  }

  @ParameterizedTest
  @EnumSource(Direction.class)
  void synchronisedResNetsAreOne(Direction direction) throws Exception {
    StepOptions method = plan(direction, Scope.GLOBAL);
    double[] one = train(RESIDUAL, resNet(new SoloCollective()), method, new SoloCollective());
    List<double[]> replicas =
        TestRanks.run(2, ranks -> train(RESIDUAL, resNet(ranks), method, ranks));
    for (double[] rank : replicas) {
      assertEquals(0, distance(one, rank), 1e-8, "seed " + SEED);
      assertArrayEquals(replicas.get(0), rank, 0, "replicas are equal bit for bit");
    }
    double[] apart =
        TestRanks.run(2, ranks -> train(RESIDUAL, resNet(new SoloCollective()), method, ranks))
            .get(0);
    assertTrue(distance(one, apart) > 1e-4, "statistics of one's own are another function");
  }

  private static Model resNet(Collective ranks) {
    NetworkPlan network =
        new NetworkPlan(
            "resnet18",
            new NetworkOptions(TestNetworks.CLASSES, 3, 1, 0),
            TestNetworks.FLOAT64,
            true);
    Model model = network.create(ranks);
    synchronized (RankParityTest.class) { // one generator for all ranks, which are threads here
      model.vector().initialise(SEED);
    }
    return model;
  }
}
