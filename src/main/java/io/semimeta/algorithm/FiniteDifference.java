package io.semimeta.algorithm;

import io.semimeta.model.Model;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Computes the direction by finite differences, as the paper does (equation 10): {@code (p(theta +
 * eps g) - p(theta - eps g)) / eps}. The denominator is eps, not 2 eps: the quotient is the
 * derivative times the 2 of {@link MetaGradient}.
 */
public final class FiniteDifference implements MetaGradient {
  @Override
  public Direction of(Model model, Tensor unlabelled, Tensor labelGradient, double epsilon) {
    try (NoGradGuard guard = new NoGradGuard()) {
      Tensor prediction = torch.softmax(model.evaluate(unlabelled), 1);
      Tensor theta = model.vector().parameterValues();
      Tensor snapshot = theta.clone();
      theta.add_(labelGradient, new Scalar(epsilon));
      Tensor ahead = torch.softmax(model.evaluate(unlabelled), 1);
      theta.copy_(snapshot).sub_(labelGradient, new Scalar(epsilon));
      Tensor behind = torch.softmax(model.evaluate(unlabelled), 1);
      theta.copy_(snapshot);
      return new Direction(prediction, ahead.sub(behind).div(new Scalar(epsilon)));
    }
  }
}
