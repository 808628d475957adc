package io.semimeta.training;

import io.semimeta.data.Augmentation;
import io.semimeta.data.ImageSet;
import io.semimeta.model.Model;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Counts a model's errors on images, without augmentation. */
public final class Evaluator {
  private static final long BATCH = 250;
  private static final long TOP = 5;

  private final Augmentation augmentation;

  public Evaluator(Augmentation augmentation) {
    this.augmentation = augmentation;
  }

  /** Errors on a whole set, every image of which has a label. */
  public ErrorCounts errors(Model model, ImageSet set) {
    ErrorCounts total = new ErrorCounts(0, 0, 0);
    for (long from = 0; from < set.size(); from += BATCH) {
      try (PointerScope scope = new PointerScope()) {
        long count = Math.min(BATCH, set.size() - from);
        Tensor logits = model.predict(augmentation.normalise(set.images().narrow(0, from, count)));
        total = total.plus(errors(logits, set.labels().narrow(0, from, count)));
      }
    }
    return total;
  }

  /**
   * Errors of logits (B, classes) against labels (B). Images without a label don't count.
   *
   * <p>The rank of the label's logit decides: an image is right within the first k when fewer than
   * k classes have a larger one. Equal logits count for the label; a NaN counts as larger.
   */
  public static ErrorCounts errors(Tensor logits, Tensor labels) {
    try (PointerScope scope = new PointerScope()) {
      Tensor known = labels.ge(scalar(0));
      Tensor index = labels.clamp_min(scalar(0)).unsqueeze(1);
      Tensor own = logits.gather(1, index);
      Tensor larger = torch.logical_not(logits.le(own)).sum(1);
      return new ErrorCounts(
          known.sum().item_long(),
          torch.logical_and(larger.ge(scalar(1)), known).sum().item_long(),
          torch.logical_and(larger.ge(scalar(TOP)), known).sum().item_long());
    }
  }

  private static Scalar scalar(long value) {
    return new Scalar(value);
  }
}
