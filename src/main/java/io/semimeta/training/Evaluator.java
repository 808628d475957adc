package io.semimeta.training;

import io.semimeta.data.ImageRecord;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.Normalisation;
import io.semimeta.model.Model;
import io.semimeta.model.Network;
import io.semimeta.model.TensorBytes;
import java.util.Iterator;
import java.util.function.BooleanSupplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Counts a model's errors on images, without augmentation. */
public record Evaluator(Normalisation normalisation) {
  private static final long MOST_IMAGES = 250;

  /** {@link #MOST_IMAGES} of CIFAR's size have so many: it bounds larger images' activations. */
  private static final long MOST_PIXELS = MOST_IMAGES * 32 * 32;

  /** Returns how many images of a size go through a network at once. */
  public static int batchSize(long height, long width) {
    return (int) Math.max(1, Math.min(MOST_IMAGES, MOST_PIXELS / (height * width)));
  }

  /** Computes logits (B, classes) of stored images, uint8 (B, channels, height, width). */
  public Tensor logits(Model model, Tensor images) {
    return model.predict(normalisation.apply(images));
  }

  /** Computes the features (B, features) behind the logits of stored images. */
  public Tensor features(Model model, Tensor images) {
    return model.features(normalisation.apply(images));
  }

  /** Computes features and logits of stored images. */
  public Network.Output output(Model model, Tensor images) {
    return model.output(normalisation.apply(images));
  }

  /** Counts the errors on all batches, or on the first of them where the rest is given up. */
  ErrorCounts errors(Model model, Iterator<ImageSet> batches, BooleanSupplier givenUp) {
    ErrorCounts total = ErrorCounts.NONE;
    while (!givenUp.getAsBoolean() && batches.hasNext()) {
      try (PointerScope scope = new PointerScope()) {
        ImageSet batch = batches.next();
        total = total.plus(errors(logits(model, batch.images()), batch.labels()));
      }
    }
    return total;
  }

  /** Counts errors of logits (B, classes) against labels (B), without unlabelled images. */
  public static ErrorCounts errors(Tensor logits, Tensor labels) {
    try (PointerScope scope = new PointerScope()) {
      long[] ahead = TensorBytes.longs(classesAhead(logits, labels));
      long[] label = TensorBytes.longs(labels);
      ErrorCounts total = ErrorCounts.NONE;
      for (int i = 0; i < label.length; i++) {
        if (label[i] != ImageRecord.NO_LABEL) {
          total = total.plus(ErrorCounts.of(ahead[i]));
        }
      }
      return total;
    }
  }

  /**
   * Counts how many classes a model prefers to the label: those with a larger logit, and of those
   * with the same logit the ones that come first, so that 0 means that the label is the argmax. A
   * NaN counts as larger, the label's own too, so a model that diverged is never right.
   *
   * @param logits (B, classes)
   * @param labels int64 (B); where one is {@link ImageRecord#NO_LABEL}, its result is meaningless
   * @return int64 (B)
   */
  public static Tensor classesAhead(Tensor logits, Tensor labels) {
    Tensor index = labels.clamp_min(new Scalar(0)).unsqueeze(1);
    Tensor own = logits.gather(1, index);
    Tensor classes = torch.arange(new Scalar(logits.size(1)), labels.options());
    Tensor first = torch.logical_and(logits.eq(own), classes.lt(index));
    return torch.logical_or(torch.logical_not(logits.le(own)), first).sum(1);
  }
}
