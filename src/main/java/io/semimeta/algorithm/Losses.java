package io.semimeta.algorithm;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Computes the paper's three losses, each as the mean over a batch of B images with C classes. */
final class Losses {
  /** Tells libtorch to add the terms up without dividing the sum. */
  private static final long REDUCTION_SUM = 2;

  private Losses() {}

  /** Returns the cross-entropy of logits (B, C) against classes (B). */
  static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return torch.cross_entropy(logits, labels);
  }

  /** Returns KL(target || softmax(logits)), both (B, C); a target of 0 adds nothing. */
  static Tensor divergence(Tensor logits, Tensor target) {
    Tensor sum = torch.kl_div(torch.log_softmax(logits, 1), target, REDUCTION_SUM, false);
    return sum.div(new Scalar((double) logits.size(0)));
  }

  /** Returns the batch's mean of || softmax(logits) - target ||^2, both (B, C). */
  static Tensor consistency(Tensor logits, Tensor target) {
    return torch.softmax(logits, 1).sub(target).square().sum(1).mean();
  }
}
