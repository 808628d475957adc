package io.semimeta.algorithm;

import io.semimeta.model.Model;
import org.bytedeco.pytorch.Tensor;

/**
 * Computes the direction in which the pseudo-labels move: {@code 2 (dp/dtheta) g} with {@code p =
 * softmax f(x_u)}. It is the gradient of the labelled loss, after a step on {@code ||p - y||^2},
 * with respect to the pseudo-labels y (paper, section 3.2); the 2 is that of the squared distance.
 */
public interface MetaGradient {

  /**
   * Holds the predictions and the direction.
   *
   * @param prediction p, (B, C)
   * @param direction d, (B, C)
   */
  record Direction(Tensor prediction, Tensor direction) {}

  /**
   * Computes predictions and direction in eval mode; leaves the parameters bit for bit as they
   * were.
   *
   * @param unlabelled x_u, (B, channels, height, width)
   * @param labelGradient g, flat, as long as there are parameters
   * @param epsilon the step along g that finite differences take
   */
  Direction of(Model model, Tensor unlabelled, Tensor labelGradient, double epsilon);
}
