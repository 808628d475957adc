package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.TestNetworks;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the methods' steps leave behind. */
class StepTest {
  private static final long SEED = 5;
  private static final int B = 6;
  private static final double RATE = 0.3;
  private static final int C = TestNetworks.CLASSES;

  private final Random random = new Random(SEED);
  private PointerScope scope;
  private Model model;
  private ParameterVector vector;

  @BeforeEach
  void open() {
    scope = new PointerScope();
    model = TestNetworks.model(TestNetworks.normalised(), SEED);
    vector = model.vector();
  }

  @AfterEach
  void close() {
    model.close();
    scope.close();
  }

  private Batch batch(boolean mixUp) {
    Optional<Tensor> weights =
        mixUp ? Optional.of(TestNetworks.normal(random, B, 1).sigmoid()) : Optional.empty();
    return new Batch(
        TestNetworks.images(random, B),
        TestNetworks.labels(random, B),
        TestNetworks.images(random, B),
        TestNetworks.labels(random, B),
        weights,
        1);
  }

  private SemiMetaStep semiMeta(MetaGradient way, boolean consistent) {
    return new SemiMetaStep(model, C, way, 0.01, consistent, new SoloCollective());
  }

  /** The statistics after train-mode passes over these images, one after the other. */
  private double[] statisticsAfter(Tensor... passes) {
    try (NoGradGuard guard = new NoGradGuard()) {
      vector.zeroGradient();
      for (Tensor images : passes) {
        model.train(images);
      }
      return TestNetworks.values(vector.statisticGradient());
    }
  }

  private static void assertSame(double[] expected, double[] actual, double tolerance) {
    assertEquals(expected.length, actual.length);
    for (int i = 0; i < expected.length; i++) {
      assertEquals(expected[i], actual[i], tolerance);
    }
  }

  @Test
  void everyMethodMovesTheStatisticsOnceAPass() {
    Batch batch = batch(false);
    TrainStep[] steps = {
      new SupervisedStep(model, C),
      new PseudoLabelStep(model, C, true),
      semiMeta(new FiniteDifference(), true),
      semiMeta(new ForwardDerivative(), true)
    };
    Tensor before = vector.theta().clone();
    for (TrainStep step : steps) {
      long tracked = model.batchesTracked();
      step.gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
      boolean labelsAlone = step instanceof SupervisedStep;
      assertEquals(labelsAlone ? 1 : 2, model.batchesTracked() - tracked);
      double[] moved = TestNetworks.values(vector.statisticGradient());
      double[] expected =
          labelsAlone
              ? statisticsAfter(batch.labelled())
              : statisticsAfter(batch.labelled(), batch.unlabelled());
      assertSame(expected, moved, 0);
      assertTrue(before.equal(vector.theta()), "a step updates nothing");
    }
  }

  /** Two passes, not one over both: each normalises by its own batch. */
  @Test
  void thePassesAreNotJoined() {
    Batch batch = batch(false);
    double[] two = statisticsAfter(batch.labelled(), batch.unlabelled());
    double[] joined = statisticsAfter(torch.cat(vector(batch.labelled(), batch.unlabelled())));
    assertTrue(Math.abs(two[0] - joined[0]) > 1e-6);
    new PseudoLabelStep(model, C, true).gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertSame(two, TestNetworks.values(vector.statisticGradient()), 0);
  }

  private static TensorVector vector(Tensor... tensors) {
    return new TensorVector(tensors);
  }

  @Test
  void withoutConsistencyTermThereIsNoSecondPass() {
    Batch batch = batch(true);
    StepMetrics metrics =
        new PseudoLabelStep(model, C, false)
            .gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertEquals(1, model.batchesTracked());
    assertTrue(metrics.consistencyLoss().isEmpty());
    assertEquals(metrics.supervisedLoss(), metrics.loss());
  }

  /** At the ramp's start the term counts nothing, but its pass moves the statistics as later. */
  @Test
  void aRampAtZeroKeepsThePass() {
    Batch batch = batch(true);
    TrainStep step = semiMeta(new ForwardDerivative(), true);
    StepMetrics metrics = step.gradient(batch, new StepSettings(RATE, 0), StepClock.NONE);
    assertEquals(2, model.batchesTracked());
    assertTrue(metrics.consistencyLoss().getAsDouble() > 0);
    assertEquals(metrics.supervisedLoss(), metrics.loss());
    double[] tail = TestNetworks.values(vector.statisticGradient());
    double[] gradient = TestNetworks.values(vector.parameterGradient());
    semiMeta(new ForwardDerivative(), true)
        .gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertSame(tail, TestNetworks.values(vector.statisticGradient()), 0);
    semiMeta(new ForwardDerivative(), false)
        .gradient(batch, new StepSettings(RATE, 0), StepClock.NONE);
    assertSame(gradient, TestNetworks.values(vector.parameterGradient()), 1e-14);
  }

  /** With all weights zero every logit is, and so is the gradient of all but the last bias. */
  @Test
  void aGradientOfNormZeroLeavesThePredictions() {
    Batch batch = batch(true);
    for (MetaGradient way : new MetaGradient[] {new FiniteDifference(), new ForwardDerivative()}) {
      SemiMetaStep step = semiMeta(way, true);
      Tensor zero = torch.zeros_like(vector.parameterValues());
      Tensor y =
          step.corrected(
                  batch.unlabelled(),
                  new SemiMetaStep.LabelGradient(zero.sum(), zero, zero.norm().item_double()),
                  RATE)
              .labels();
      Tensor p = torch.softmax(model.predict(batch.unlabelled()), 1);
      assertTrue(p.equal(y), "y = p");
    }
  }

  /** The same, from images: two classes, one of each on the same image, and no weight. */
  @Test
  void aBatchWithoutGradientTrains() {
    try (NoGradGuard guard = new NoGradGuard()) {
      vector.parameterValues().zero_();
    }
    Tensor images = TestNetworks.images(random, C);
    Tensor each = Tensor.create(new long[] {0, 1, 2, 3}, C);
    Batch batch = new Batch(images, each, images, each, Optional.empty(), 1);
    SemiMetaStep step = semiMeta(new FiniteDifference(), true);
    assertEquals(0, step.labelGradient(images, each).norm());
    StepMetrics metrics = step.gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertEquals(Math.log(C), metrics.loss(), 1e-12);
    assertTrue(Double.isFinite(vector.gradient().norm().item_double()));
  }

  /** y = normalise(relu(p - lr d)), whatever the rate: positive, adding up to 1. */
  @Test
  void pseudoLabelsAreProbabilities() {
    Batch batch = batch(false);
    SemiMetaStep step = semiMeta(new ForwardDerivative(), true);
    SemiMetaStep.LabelGradient g = step.labelGradient(batch.labelled(), batch.labels());
    Tensor p = torch.softmax(model.predict(batch.unlabelled()), 1);
    Tensor d = new ForwardDerivative().of(model, batch.unlabelled(), g.gradient(), 0).direction();
    boolean cut = false;
    for (double rate : new double[] {0, 1e-3, 1, 1e3, 1e9}) {
      double[] y = TestNetworks.values(step.corrected(batch.unlabelled(), g, rate).labels());
      double[] moved = TestNetworks.values(p.sub(d.mul(new Scalar(rate))));
      for (int b = 0; b < B; b++) {
        double sum = 0;
        for (int c = 0; c < C; c++) {
          sum += Math.max(0, moved[b * C + c]);
          cut |= moved[b * C + c] < 0;
        }
        for (int c = 0; c < C; c++) {
          assertEquals(Math.max(0, moved[b * C + c]) / sum, y[b * C + c], 1e-9, "rate " + rate);
        }
      }
    }
    assertTrue(cut, "some entry falls below zero");
  }

  /** Half the sum of absolute changes: how much probability moved, as a mean over the images. */
  @Test
  void theCorrectionHasASize() {
    Batch batch = batch(false);
    SemiMetaStep step = semiMeta(new ForwardDerivative(), true);
    SemiMetaStep.LabelGradient g = step.labelGradient(batch.labelled(), batch.labels());
    double[] p = TestNetworks.values(torch.softmax(model.predict(batch.unlabelled()), 1));
    double[] y = TestNetworks.values(step.corrected(batch.unlabelled(), g, RATE).labels());
    double moved = 0;
    for (int i = 0; i < p.length; i++) {
      moved += Math.abs(y[i] - p[i]) / 2 / B;
    }
    StepMetrics metrics = step.gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertEquals(moved, metrics.correction().getAsDouble(), 1e-9);
    assertTrue(moved > 0 && moved <= 1, "moved " + moved);
    StepMetrics plain =
        new PseudoLabelStep(model, C, true)
            .gradient(batch, new StepSettings(RATE, 1), StepClock.NONE);
    assertTrue(plain.correction().isEmpty(), "nothing is corrected");
  }

  /** KL(target || f) at targets of exactly 0, where naive code has 0 log 0 = NaN. */
  @Test
  void aTargetOfZeroAddsNothing() {
    Tensor logits = TestNetworks.normal(random, 2, C);
    Tensor target = Tensor.create(new double[] {0, 1, 0, 0, 0.5, 0.5, 0, 0}, 2, C);
    double[] z = TestNetworks.values(torch.log_softmax(logits, 1));
    double expected = -z[1] + (2 * Math.log(0.5) - z[4] - z[5]) / 2;
    assertEquals(expected / 2, Losses.divergence(logits, target).item_double(), 1e-12);
  }

  /** The whole loss, written out: mixup and consistency, with y a constant. */
  @Test
  void theLossIsTheSumOfItsTerms() {
    Batch batch = batch(true);
    StepMetrics metrics =
        semiMeta(new ForwardDerivative(), true)
            .gradient(batch, new StepSettings(RATE, 0.7), StepClock.NONE);
    double supervised = metrics.supervisedLoss();
    assertEquals(supervised + 0.7 * metrics.consistencyLoss().getAsDouble(), metrics.loss(), 1e-12);
    assertEquals(
        TestNetworks.values(vector.parameterGradient().norm())[0], metrics.gradientNorm(), 1e-12);
    assertFalse(batch.unlabelled().requires_grad());
  }
}
