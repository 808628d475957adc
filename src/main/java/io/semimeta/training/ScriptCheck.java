package io.semimeta.training;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.image.ImageInput;
import io.semimeta.model.ForwardMode;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.model.ScriptedNetwork;
import io.semimeta.plan.NetworkPlan;
import io.semimeta.plan.ScriptFile;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Finds out whether a TorchScript network can be trained on a data set, by passes of two images of
 * noise, or of one where batches hold no more, before anything starts or is written.
 */
public final class ScriptCheck {
  private static final int MOST_IMAGES = 2;
  private static final String SCRIPT_IT = "; export it by torch.jit.script";

  private final String source;
  private final Model model;
  private final long[] logits;

  private ScriptCheck(String source, Model model, long images, long classes) {
    this.source = source;
    this.model = model;
    this.logits = new long[] {images, classes};
  }

  /**
   * Tries the network.
   *
   * @param plan the plan of a scripted network
   * @param weights the weights in the network's file
   * @param input what the network gets to see of an image
   * @param batchSize the images of one rank's pass
   * @param classes the number of the data set's classes
   * @param forwardMode whether the network will be differentiated in forward mode
   * @throws UserError naming the file and the reason
   */
  public static void require(
      NetworkPlan plan,
      InitialWeights weights,
      ImageInput input,
      int batchSize,
      int classes,
      boolean forwardMode) {
    try (ScriptedNetwork network = ScriptedNetwork.load(plan.program(), plan.placement())) {
      network
          .fixedOperator()
          .ifPresent(
              operator -> {
                throw ScriptFile.refused(
                    weights.source(),
                    "its %s was traced in one mode and does not follow train() and eval()"
                            .formatted(operator)
                        + SCRIPT_IT,
                    null);
              });
    }
    try (PointerScope scope = new PointerScope();
        Model model = plan.on("cpu").create()) {
      weights.load(model, 0);
      torch.manual_seed(0);
      int count = Math.min(MOST_IMAGES, batchSize);
      long[] shape = {count, input.channels(), input.height(), input.width()};
      Tensor images = torch.randn(shape).to(plan.placement().precision().type());
      ScriptCheck check = new ScriptCheck(weights.source(), model, count, classes);
      check.requireEval(images);
      check.requireTrain(images);
      if (forwardMode) {
        check.requireForwardMode(images);
      }
    }
  }

  private void requireEval(Tensor images) {
    Tensor before = model.vector().theta().clone();
    Tensor first = pass("eval", images);
    Tensor second = pass("eval", images);
    if (!first.equal(second) || !before.equal(model.vector().theta())) {
      throw refused(
          "gives other logits, or moves statistics, at each pass in eval mode" + SCRIPT_IT);
    }
  }

  private void requireTrain(Tensor images) {
    ParameterVector vector = model.vector();
    Map<String, Tensor> before = new LinkedHashMap<>();
    model.constants().forEach((name, tensor) -> before.put(name, tensor.clone()));
    vector.zeroGradient();
    Tensor output = pass("train", images);
    if (!vector.statisticGradient().isfinite().all().item().toBool()) {
      throw refused(
          Shown.format(
              "its BatchNorm finds no variance in a batch of %d; use a larger --batch-size",
              logits[0]));
    }
    before.forEach(
        (name, tensor) -> {
          if (!tensor.equal(model.constants().get(name))) {
            throw refused(
                "its tensor '%s' changes in train mode, and is none of BatchNorm's statistics: ranks would not share it"
                    .formatted(name));
          }
        });
    if (vector.statisticValues().numel() > 0
        && vector.statisticValues().equal(vector.statisticGradient())) {
      throw refused("its BatchNorm does not follow train()" + SCRIPT_IT);
    }
    try {
      output.sum().backward();
    } catch (RuntimeException e) { // JavaCPP's form of any C++ exception
      throw failed("backward pass", images, e);
    }
  }

  private Tensor pass(String mode, Tensor images) {
    Tensor output;
    try (NoGradGuard guard = mode.equals("eval") ? new NoGradGuard() : null) {
      output = mode.equals("eval") ? model.evaluate(images) : model.train(images);
    } catch (UserError e) {
      throw ScriptFile.refused(source, e.getMessage(), e);
    } catch (RuntimeException e) {
      throw failed("forward pass in " + mode + " mode", images, e);
    }
    if (!Arrays.equals(output.shape(), logits)) {
      throw refused(
          Shown.format(
              "its output for %d images is %s; the data set's classes ask for %s",
              logits[0], Arrays.toString(output.shape()), Arrays.toString(logits)));
    }
    return output;
  }

  private void requireForwardMode(Tensor images) {
    Tensor direction = model.vector().parameterValues().detach().clone();
    try {
      ForwardMode.Dual dual = model.derivative(images, direction);
      if (dual.tangent().defined()) {
        return;
      }
    } catch (RuntimeException e) {
      throw ScriptFile.refused(
          source,
          "--meta-gradient forward fails: %s; use --meta-gradient finite-difference"
              .formatted(ScriptedNetwork.reason(e)),
          e);
    }
    throw refused(
        "--meta-gradient forward finds no derivative; use --meta-gradient finite-difference");
  }

  private UserError refused(String reason) {
    return ScriptFile.refused(source, reason, null);
  }

  private UserError failed(String pass, Tensor images, RuntimeException e) {
    return ScriptFile.refused(
        source,
        "its %s fails on images of %s: %s; give a network for such images"
            .formatted(pass, Arrays.toString(images.shape()), ScriptedNetwork.reason(e)),
        e);
  }
}
