package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.distributed.TestRanks;
import io.semimeta.model.Model;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Direction;
import io.semimeta.plan.StepOptions.Scope;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.junit.jupiter.api.Test;

/** Whose labels the pseudo-labels of a rank follow: {@code --meta-scope}, on two ranks. */
class MetaScopeTest {
  private static final long SEED = 23;
  private static final int B = 5;
  private static final double RATE = 0.3;

  /** What a rank computes in one step. */
  private static final class Computed {
    private double[] labelGradient;
    private double[] pseudoLabels;
    private double[] gradient;
  }

  /** The labelled images of seed {@code labelled}; the unlabelled ones are each rank's own. */
  private static Batch batch(int rank, long labelled) {
    Random labels = new Random(labelled);
    Random others = new Random(100 + rank);
    return new Batch(
        TestNetworks.images(labels, B),
        TestNetworks.labels(labels, B),
        TestNetworks.images(others, B),
        TestNetworks.labels(others, B),
        Optional.empty(),
        1);
  }

  private static Computed compute(Scope scope, Collective ranks, Batch batch) {
    try (PointerScope all = new PointerScope();
        Model model = TestNetworks.model(TestNetworks.smooth(), SEED)) {
      StepOptions plan = StepOptions.defaults().withDirection(Direction.FORWARD).withScope(scope);
      SemiMetaStep step = (SemiMetaStep) plan.step(model, TestNetworks.CLASSES, ranks);
      SemiMetaStep.LabelGradient g = step.labelGradient(batch.labelled(), batch.labels());
      Computed computed = new Computed();
      computed.labelGradient = TestNetworks.values(g.gradient());
      computed.pseudoLabels =
          TestNetworks.values(step.corrected(batch.unlabelled(), g, RATE).labels());
      step.gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
      computed.gradient = TestNetworks.values(model.vector().gradient());
      return computed;
    }
  }

  private static List<Computed> two(Scope scope, boolean sameLabelled) throws Exception {
    return TestRanks.run(
        2,
        ranks -> {
          Batch batch = batch(ranks.rank(), sameLabelled ? 0 : ranks.rank());
          Computed computed = compute(scope, ranks, batch);
          ranks.close();
          return computed;
        });
  }

  private static Computed alone(int rank) {
    return compute(Scope.LOCAL, new SoloCollective(), batch(rank, rank));
  }

  private static double distance(double[] a, double[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static void assertSame(Computed expected, Computed actual, double tolerance) {
    assertArrayEquals(expected.labelGradient, actual.labelGradient, tolerance);
    assertArrayEquals(expected.pseudoLabels, actual.pseudoLabels, tolerance);
    assertArrayEquals(expected.gradient, actual.gradient, tolerance);
  }

  @Test
  void locallyARankComputesWhatItWouldAlone() throws Exception {
    List<Computed> local = two(Scope.LOCAL, false);
    for (int rank = 0; rank < 2; rank++) {
      assertSame(alone(rank), local.get(rank), 0);
    }
    assertTrue(distance(local.get(0).labelGradient, local.get(1).labelGradient) > 1e-2);
  }

  @Test
  void globallyAllFollowTheMean() throws Exception {
    List<Computed> global = two(Scope.GLOBAL, false);
    double[] first = alone(0).labelGradient;
    double[] second = alone(1).labelGradient;
    double[] mean = new double[first.length];
    for (int i = 0; i < mean.length; i++) {
      mean[i] = (first[i] + second[i]) / 2;
    }
    for (int rank = 0; rank < 2; rank++) {
      assertArrayEquals(mean, global.get(rank).labelGradient, 1e-14);
      assertTrue(distance(alone(rank).pseudoLabels, global.get(rank).pseudoLabels) > 1e-3);
      assertTrue(distance(alone(rank).gradient, global.get(rank).gradient) > 1e-4);
    }
  }

  @Test
  void theScopesAgreeWhereTheLabelledImagesDo() throws Exception {
    List<Computed> local = two(Scope.LOCAL, true);
    List<Computed> global = two(Scope.GLOBAL, true);
    for (int rank = 0; rank < 2; rank++) {
      assertSame(local.get(rank), global.get(rank), 1e-12);
    }
    assertEquals(0, distance(local.get(0).labelGradient, local.get(1).labelGradient));
    assertTrue(distance(local.get(0).pseudoLabels, local.get(1).pseudoLabels) > 1e-3);
  }
}
