package io.semimeta.data;

import io.semimeta.RandomStream;
import io.semimeta.algorithm.Batch;
import io.semimeta.model.Placement;
import java.util.Optional;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.bytedeco.pytorch.Tensor;

/**
 * One rank's mini-batches. {@code batch(step)} depends on the seed, the rank, the number of ranks
 * (which decides the images that this rank holds) and the step, and on nothing that happened
 * before. The labelled and the unlabelled stream are independent permutations, each drawn anew
 * after every pass.
 */
public final class BatchStream {
  private final ShardCache cache;
  private final BatchOptions options;
  private final int rank;
  private final Placement placement;
  private final Augmentation augmentation;
  private final IndexStream labelledOrder;
  private final IndexStream unlabelledOrder;

  /** Makes the stream over a rank's images. */
  public BatchStream(
      ShardCache cache,
      BatchOptions options,
      Augmentation augmentation,
      Placement placement,
      int rank) {
    this.cache = cache;
    this.options = options;
    this.rank = rank;
    this.placement = placement;
    this.augmentation = augmentation;
    long seed = options.seed();
    labelledOrder =
        new IndexStream(cache.labelled().size(), RandomStream.LABELLED_ORDER, seed, rank);
    unlabelledOrder =
        new IndexStream(cache.unlabelled().size(), RandomStream.UNLABELLED_ORDER, seed, rank);
  }

  /**
   * The batch of a step, from 0. Its tensors belong to the caller's scope. Where the method looks
   * at no unlabelled images, there are none in it.
   */
  public Batch batch(long step) {
    long from = step * options.batchSize();
    Tensor labelled = select(labelledOrder, from);
    Tensor unlabelled = select(unlabelledOrder, from);
    return new Batch(
        augment(cache.labelled(), labelled, RandomStream.LABELLED_AUGMENTATION, step),
        cache.labelled().labels().index_select(0, labelled),
        augment(cache.unlabelled(), unlabelled, RandomStream.UNLABELLED_AUGMENTATION, step),
        cache.unlabelled().labels().index_select(0, unlabelled),
        mixWeights(step),
        RandomStream.DROPOUT.seed(options.seed(), rank, step));
  }

  private Tensor select(IndexStream order, long from) {
    long[] indices = order.indices(from, options.batchSize());
    return placement.place(Tensor.create(indices, indices.length));
  }

  private Tensor augment(ImageSet images, Tensor indices, RandomStream purpose, long step) {
    return augmentation.apply(
        images.images().index_select(0, indices), purpose.generator(options.seed(), rank, step));
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
