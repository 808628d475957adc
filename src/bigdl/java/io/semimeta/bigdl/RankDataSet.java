package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.feature.dataset.AbstractDataSet;
import com.intel.analytics.bigdl.dllib.feature.dataset.DistributedDataSet;
import com.intel.analytics.bigdl.dllib.feature.dataset.MiniBatch;
import com.intel.analytics.bigdl.dllib.feature.dataset.Transformer;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.rdd.RDD;
import org.apache.spark.util.CollectionAccumulator;
import scala.reflect.ClassTag;

/** Presents the ranks as BigDL's data set: an endless sequence of inputs on each. */
final class RankDataSet implements DistributedDataSet<MiniBatch<Object>> {
  private final JavaRDD<Integer> ranks;
  private final int images;
  private final CollectionAccumulator<MeasuredStep> metrics;
  private boolean cached;

  /**
   * Makes the data set.
   *
   * @param ranks the ranks, one a partition, each on the executor that has loaded it
   * @param images the images of one rank's step, as BigDL counts them
   */
  RankDataSet(JavaRDD<Integer> ranks, int images, CollectionAccumulator<MeasuredStep> metrics) {
    this.ranks = ranks;
    this.images = images;
    this.metrics = metrics;
  }

  @Override
  public RDD<MiniBatch<Object>> data(boolean train) {
    int size = images;
    CollectionAccumulator<MeasuredStep> reports = metrics;
    return ranks
        .mapPartitions(
            rank -> {
              BigDlRank.current(rank.next());
              MiniBatch<Object> input = new StepInput(size, reports);
              return (train ? Stream.generate(() -> input) : Stream.of(input)).iterator();
            })
        .rdd();
  }

  @Override
  public void shuffle() {}

  @Override
  public long size() {
    return (long) images * ranks.getNumPartitions();
  }

  @Override
  public RDD<?> originRDD() {
    return ranks.rdd();
  }

  @Override
  public boolean isCached() {
    return cached;
  }

  @Override
  public void isCached_$eq(boolean isCached) {
    cached = isCached;
  }

  @Override
  public <C> AbstractDataSet<C, ?> transform(
      Transformer<MiniBatch<Object>, C> transformer, ClassTag<C> tag) {
    throw new UnsupportedOperationException();
  }
}
