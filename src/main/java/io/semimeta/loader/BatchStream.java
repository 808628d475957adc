package io.semimeta.loader;

import io.semimeta.RandomStream;
import io.semimeta.algorithm.Batch;
import io.semimeta.model.Placement;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.random.Well19937c;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes one rank's mini-batches. {@code batch(step)} depends on the seed, the rank, the number of
 * ranks (which decides the images that this rank has) and the step, and on nothing that happened
 * before. The labelled and the unlabelled images come in orders of their own, each drawn anew for
 * every pass.
 *
 * @param mixUpAlpha both parameters of the Beta distribution of mixup's weights; 0 for no mixup
 * @param seed seed of all randomness
 */
public record BatchStream(
    RankImages images,
    CropFlip cropFlip,
    Normalisation normalisation,
    double mixUpAlpha,
    long seed,
    int rank) {
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
        mixWeights(labelled.size(), step),
        RandomStream.DROPOUT.seed(seed, rank, step));
  }

  private Tensor augment(ImageSet set, RandomStream purpose, long step) {
    SplittableRandom random = purpose.generator(seed, rank, step);
    return normalisation.apply(cropFlip.apply(set.images(), random));
  }

  private Optional<Tensor> mixWeights(int count, long step) {
    if (mixUpAlpha == 0) {
      return Optional.empty();
    }
    Well19937c random = new Well19937c(RandomStream.MIXUP.seed(seed, rank, step));
    double[] weights = new BetaDistribution(random, mixUpAlpha, mixUpAlpha).sample(count);
    Placement placement = normalisation.placement();
    Tensor tensor = Tensor.create(weights, weights.length, 1);
    return Optional.of(placement.place(tensor.to(placement.precision().type())));
  }
}
