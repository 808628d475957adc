package io.semimeta.algorithm;

import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Does stochastic gradient descent with momentum and weight decay on all parameters, in PyTorch's
 * form: {@code v = m v + (grad + wd theta)}, {@code theta = theta - lr v}.
 */
public record Sgd(double momentum, double weightDecay) {
  /**
   * Updates parameters in place; any contiguous slice of the vector will do.
   *
   * @param theta parameters, flat
   * @param gradient gradient of the loss, as long as theta; overwritten
   * @param velocity v, as long as theta; zero at first
   */
  public void update(Tensor theta, Tensor gradient, Tensor velocity, double learningRate) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      gradient.add_(theta, new Scalar(weightDecay));
      velocity.mul_(new Scalar(momentum)).add_(gradient);
      theta.sub_(velocity, new Scalar(learningRate));
    }
  }
}
