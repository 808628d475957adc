package io.semimeta.algorithm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.Placement;
import io.semimeta.model.Placement.Precision;
import io.semimeta.model.TensorSpec;
import io.semimeta.model.TestDevice;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongToDoubleFunction;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Plays one golden file: regenerates its weights and inputs, runs the step, compares every
 * quantity.
 */
final class GoldenRun implements AutoCloseable {
  private static final String DEVICE = TestDevice.name();

  private final JsonNode spec;
  private final Placement placement;
  private final Model model;
  private final int classes;
  private final int batch;
  private final int image;
  private final double learningRate;
  private final double perturbation;
  private final Sgd sgd;
  private final Tensor velocity;

  GoldenRun(JsonNode spec) {
    this.spec = spec;
    boolean float64 = spec.path("dtype").asText("float32").equals("float64");
    placement = new Placement(DEVICE, float64 ? Precision.FLOAT64 : Precision.FLOAT32);
    classes = spec.get("classes").asInt();
    batch = spec.get("batch").asInt();
    image = spec.get("image").asInt();
    learningRate = spec.get("lr").asDouble();
    perturbation = spec.get("epsilon0").asDouble();
    model =
        new Model(
            Networks.create(spec.get("arch").asText(), new NetworkOptions(classes, 3, 1, 0)),
            placement);
    try (PointerScope scope = new PointerScope()) {
      for (TensorSpec tensor : model.vector().specs()) {
        Tensor value = model.vector().value(tensor.name()).detach();
        value.copy_(GoldenValues.parameter(tensor.name(), tensor.shape()));
      }
    }
    sgd = new Sgd(spec.get("momentum").asDouble(), spec.get("weight_decay").asDouble());
    velocity = model.vector().parameterValues().detach().clone().zero_();
  }

  boolean isFloat64() {
    return placement.precision() == Precision.FLOAT64;
  }

  void step(int s) {
    try (PointerScope scope = new PointerScope()) {
      JsonNode want = spec.get("steps").get(s);
      Comparison comparison = new Comparison(s, want, isFloat64(), tolerance());
      long[] shape = {batch, 3, image, image};
      Tensor mixWeights = GoldenValues.tensor("alpha." + s, placement, v -> v, batch, 1);
      Batch given =
          new Batch(
              GoldenValues.tensor("label_img." + s, placement, v -> (v - 0.5) * 4, shape),
              GoldenValues.classes("label_gt." + s, placement, classes, batch),
              GoldenValues.tensor("unlabel_img." + s, placement, v -> (v - 0.5) * 4, shape),
              GoldenValues.classes("label_gt." + s, placement, classes, batch),
              spec.get("mixup").asBoolean() ? Optional.of(mixWeights) : Optional.empty(),
              0);
      TrainStep step = step(given, comparison);
      double weight = spec.get("weight").asDouble();
      StepMetrics metrics =
          step.gradient(given, new StepSettings(learningRate, weight), StepClock.NONE);
      comparison.check("supervised_loss", metrics.supervisedLoss());
      metrics.consistencyLoss().ifPresent(loss -> comparison.check("consistency_loss", loss));
      assertEquals(
          want.has("consistency_loss"), metrics.consistencyLoss().isPresent(), "consistency term");
      comparison.check("loss", metrics.loss());
      comparison.check("grad_norm", metrics.gradientNorm());

      ParameterVector vector = model.vector();
      sgd.update(vector.parameterValues(), vector.parameterGradient(), velocity, learningRate);
      vector.adoptStatistics();
      comparison.checkAllWereChecked();
      checkParameters(want, comparison);
    }
  }

  /** The method's step; for SemiMeta its inner quantities are compared on the way. */
  private TrainStep step(Batch given, Comparison comparison) {
    boolean consistent = spec.get("weight").asDouble() != 0;
    String method = spec.path("method").asText("semimeta");
    if (method.equals("supervised")) {
      return new SupervisedStep(model, classes);
    }
    if (method.equals("pseudo-label")) {
      comparison.check("prediction", model.predict(given.unlabelled()).softmax(1));
      comparison.check("pseudo_label", model.predict(given.unlabelled()).softmax(1));
      return new PseudoLabelStep(model, classes, consistent);
    }
    MetaGradient finite = new FiniteDifference();
    MetaGradient forward = new ForwardDerivative();
    boolean exact = spec.path("meta_gradient").asText("finite-difference").equals("forward");
    SemiMetaStep step =
        new SemiMetaStep(
            model,
            classes,
            exact ? forward : finite,
            perturbation,
            consistent,
            new SoloCollective());
    SemiMetaStep.LabelGradient g = step.labelGradient(given.labelled(), given.labels());
    comparison.check("label_loss", g.loss());
    comparison.check("dtheta_norm", g.norm());
    comparison.check("epsilon", step.epsilon(g));
    Tensor before = model.vector().theta().clone();
    MetaGradient.Direction d = finite.of(model, given.unlabelled(), g.gradient(), step.epsilon(g));
    assertTrue(before.equal(model.vector().theta()), "theta is put back bit for bit");
    comparison.check("prediction", d.prediction());
    comparison.check("unlabel_grad", d.direction());
    comparison.check(
        "unlabel_grad_exact", forward.of(model, given.unlabelled(), g.gradient(), 0).direction());
    comparison.check("pseudo_label", step.corrected(given.unlabelled(), g, learningRate).labels());
    return step;
  }

  private double tolerance() {
    // Bottleneck blocks carry more rounding from machine to machine (golden/README.md).
    return spec.get("arch").asText().matches("resnet(50|101|152)|wide_.*|resnext.*") ? 1e-5 : 1e-8;
  }

  private void checkParameters(JsonNode want, Comparison comparison) {
    for (Map.Entry<String, JsonNode> entry : want.get("params_after").properties()) {
      Tensor value = model.vector().value(entry.getKey());
      assertTrue(value != null, () -> "no tensor named " + entry.getKey());
      comparison.checkSummary(entry.getKey(), value, entry.getValue());
    }
    assertEquals(
        model.vector().specs().size(), want.get("params_after").size(), "tensors compared");
  }

  @Override
  public void close() {
    velocity.close();
    model.close();
  }

  /** Compares by name and remembers what was compared. */
  static final class Comparison {
    private final int step;
    private final JsonNode want;
    private final boolean float64;
    private final double tolerance;
    private final Set<String> checked = new HashSet<>();

    Comparison(int step, JsonNode want, boolean float64, double tolerance) {
      this.step = step;
      this.want = want;
      this.float64 = float64;
      this.tolerance = tolerance;
    }

    void check(String name, Tensor got) {
      check(name, GoldenValues.toArray(got));
    }

    void check(String name, double... got) {
      if (!want.has(name)) {
        return;
      }
      checked.add(name);
      double[] expected = GoldenValues.flatten(want.get(name));
      assertEquals(expected.length, got.length, name);
      double largest = 1e-300;
      double difference = 0;
      for (int i = 0; i < got.length; i++) {
        largest = Math.max(largest, Math.abs(expected[i]));
        difference = Math.max(difference, Math.abs(got[i] - expected[i]));
        assertTrue(Double.isFinite(got[i]), name);
      }
      assertClose(name, difference / largest, float64 ? tolerance : float32Tolerance(name));
    }

    void checkAllWereChecked() {
      want.fieldNames()
          .forEachRemaining(
              name ->
                  assertTrue(
                      name.equals("params_after") || checked.contains(name),
                      () -> name + " was not compared"));
    }

    /** A tensor by [L2 norm, mean, probe]; the float32 files hold the norm to compare alone. */
    void checkSummary(String name, Tensor tensor, JsonNode expected) {
      double[] values = GoldenValues.toArray(tensor.detach());
      double squares = 0;
      double sum = 0;
      double probe = 0;
      LongToDoubleFunction direction = GoldenValues.stream("probe." + name);
      for (int i = 0; i < values.length; i++) {
        squares += values[i] * values[i];
        sum += values[i];
        probe += values[i] * (direction.applyAsDouble(i) - 0.5);
      }
      double norm = Math.max(expected.get(0).asDouble(), 1e-300);
      double allowed = float64 ? tolerance : 5e-2;
      assertClose(name + " norm", Math.abs(Math.sqrt(squares) - norm) / norm, allowed);
      if (float64) {
        double meanError = Math.abs(sum / values.length - expected.get(1).asDouble());
        assertClose(name + " mean", meanError * Math.sqrt(values.length) / norm, allowed);
        assertClose(name + " probe", Math.abs(probe - expected.get(2).asDouble()) / norm, allowed);
      }
    }

    private void assertClose(String name, double error, double allowed) {
      assertTrue(
          error <= allowed,
          () ->
              String.format(
                  Locale.ROOT,
                  "step %d: %s is off by %.2e, allowed %.0e",
                  step,
                  name,
                  error,
                  allowed));
    }

    private static double float32Tolerance(String name) {
      return switch (name) {
        case "unlabel_grad" -> 1e-4;
        case "consistency_loss" -> 1e-3;
        case "grad_norm" -> 5e-2;
        case "loss" -> 1e-3; // it contains the consistency loss
        default -> 3e-5;
      };
    }
  }
}
