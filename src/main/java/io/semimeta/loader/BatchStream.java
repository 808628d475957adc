package io.semimeta.loader;

import io.semimeta.RandomStream;
import io.semimeta.algorithm.Batch;
import io.semimeta.model.Placement;
import java.util.Optional;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes one rank's mini-batches. {@code batch(step)} depends on the seed, the rank, the number of
 * ranks (which decides the images that this rank has) and the step, and on nothing that happened
 * before. The labelled and the unlabelled images come in orders of their own, each drawn anew for
 * every pass.
 */
public final class BatchStream {
  private final RankImages images;
  private final BatchOptions options;
  private final int rank;
  private final Placement placement;
  private final Augmentation augmentation;

  /** Makes the stream over a rank's images. */
  public BatchStream(
      RankImages images,
      BatchOptions options,
      Augmentation augmentation,
      Placement placement,
      int rank) {
    this.images = images;
    this.options = options;
    this.rank = rank;
    this.placement = placement;
    this.augmentation = augmentation;
  }

  /**
   * Returns the batch of a step, counted from 0. Its tensors belong to the caller's scope. It has
   * no unlabelled images where the method uses none.
   */
  public Batch batch(long step) {
    ImageSet labelled = images.labelled(step);
    ImageSet unlabelled = images.unlabelled(step);
    return new Batch(
        augment(labelled, RandomStream.LABELLED_AUGMENTATION, step),
        labelled.labels(),
        augment(unlabelled, RandomStream.UNLABELLED_AUGMENTATION, step),
        unlabelled.labels(),
        mixWeights(step),
        RandomStream.DROPOUT.seed(options.seed(), rank, step));
  }

  private Tensor augment(ImageSet set, RandomStream purpose, long step) {
    return augmentation.apply(set.images(), purpose.generator(options.seed(), rank, step));
  }

  private Optional<Tensor> mixWeights(long step) {
    double alpha = options.mixUpAlpha();
    if (alpha == 0) {
      return Optional.empty();
    }
    Well19937c random = new Well19937c(RandomStream.MIXUP.seed(options.seed(), rank, step));
    double[] weights = new BetaDistribution(random, alpha, alpha).sample(options.batchSize());
    Tensor tensor = Tensor.create(weights, weights.length, 1);
    return Optional.of(placement.place(tensor.to(placement.precision().type())));
  }
}
