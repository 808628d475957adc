package io.semimeta.algorithm;

import io.semimeta.model.ForwardMode;
import io.semimeta.model.Model;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the direction by forward-mode differentiation, in one pass: it is the limit of {@link
 * FiniteDifference} as eps goes to 0. With logits z and their derivative z' along g, {@code p' = p
 * (z' - sum(p z'))}, and the direction is {@code 2 p'}.
 */
public final class ForwardDerivative implements MetaGradient {
  @Override
  public Direction of(Model model, Tensor unlabelled, Tensor labelGradient, double epsilon) {
    try (NoGradGuard guard = new NoGradGuard()) {
      ForwardMode.Dual logits = model.derivative(unlabelled, labelGradient);
      Tensor p = torch.softmax(logits.value(), 1);
      Tensor mean = p.mul(logits.tangent()).sum(new long[] {1}, true, new ScalarTypeOptional());
      return new Direction(p, p.mul(logits.tangent().sub(mean)).mul(new Scalar(2)));
    }
  }
}
