package io.semimeta.algorithm;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** The paper's three losses, each the mean over the batch of B images with C classes. */
final class Losses {
  /** libtorch's code for a sum without a mean. */
  private static final long REDUCTION_SUM = 2;

  private Losses() {}

  /** Cross-entropy of logits (B, C) against classes (B). */
  static Tensor crossEntropy(Tensor logits, Tensor labels) {
    return torch.cross_entropy(logits, labels);
  }

  /** KL(target || softmax(logits)), both (B, C); a target of 0 adds nothing. */
  static Tensor divergence(Tensor logits, Tensor target) {
    Tensor sum = torch.kl_div(torch.log_softmax(logits, 1), target, REDUCTION_SUM, false);
    return sum.div(new Scalar((double) logits.size(0)));
  }

  /** || softmax(logits) - target ||^2, both (B, C). */
  static Tensor consistency(Tensor logits, Tensor target) {
    return torch.softmax(logits, 1).sub(target).square().sum(1).mean();
  }
}
