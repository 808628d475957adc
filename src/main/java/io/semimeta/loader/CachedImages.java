package io.semimeta.loader;

import io.semimeta.RandomStream;
import io.semimeta.model.Placement;
import java.util.Iterator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;

/** Holds a rank's images in memory, and takes them in orders over all of them. */
public final class CachedImages implements RankImages {
  private final ShardCache cache;
  private final int batchSize;
  private final Placement placement;
  private final ShuffledOrder labelledOrder;
  private final ShuffledOrder unlabelledOrder;

  /** Takes over the images, which are closed with this object. */
  public CachedImages(ShardCache cache, int batchSize, Placement placement, long seed, int rank) {
    this.cache = cache;
    this.batchSize = batchSize;
    this.placement = placement;
    labelledOrder =
        new ShuffledOrder(cache.labelled().size(), RandomStream.LABELLED_ORDER, seed, rank);
    unlabelledOrder =
        new ShuffledOrder(cache.unlabelled().size(), RandomStream.UNLABELLED_ORDER, seed, rank);
  }

  @Override
  public ImageSet labelled(long step) {
    return select(cache.labelled(), labelledOrder, step);
  }

  @Override
  public ImageSet unlabelled(long step) {
    return select(cache.unlabelled(), unlabelledOrder, step);
  }

  private ImageSet select(ImageSet images, ShuffledOrder order, long step) {
    long[] indices = order.indices(step * batchSize, batchSize);
    Tensor index = placement.place(Tensor.create(indices, indices.length));
    return new ImageSet(
        images.images().index_select(0, index), images.labels().index_select(0, index));
  }

  @Override
  public Iterator<ImageSet> evaluated(int batchSize) {
    ImageSet all = cache.evaluated();
    return IntStream.range(0, (all.size() + batchSize - 1) / batchSize)
        .mapToObj(
            i -> {
              int from = i * batchSize;
              int count = Math.min(batchSize, all.size() - from);
              return new ImageSet(
                  all.images().narrow(0, from, count), all.labels().narrow(0, from, count));
            })
        .iterator();
  }

  @Override
  public void close() {
    cache.close();
  }
}
