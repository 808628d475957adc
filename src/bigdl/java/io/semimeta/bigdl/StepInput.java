package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.feature.dataset.MiniBatch;
import com.intel.analytics.bigdl.dllib.feature.dataset.Sample;
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath;
import com.intel.analytics.bigdl.dllib.utils.Table;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Stands for a mini-batch in BigDL. {@link BigDlRank} draws the images of the step that the weights
 * are at; this input only carries the accumulator of the step's metrics.
 */
final class StepInput implements MiniBatch<Object>, Activity {
  private static final long serialVersionUID = 1L;

  private final int images;
  private final CollectionAccumulator<MeasuredStep> metrics;

  /**
   * Makes the input of one task.
   *
   * @param images the number of images as BigDL counts them, for its log alone
   * @param metrics the reported steps' metrics, on their way to the driver
   */
  StepInput(int images, CollectionAccumulator<MeasuredStep> metrics) {
    this.images = images;
    this.metrics = metrics;
  }

  CollectionAccumulator<MeasuredStep> metrics() {
    return metrics;
  }

  @Override
  public int size() {
    return images;
  }

  @Override
  public MiniBatch<Object> slice(int offset, int length) {
    return this; // one model an executor, which takes the whole batch
  }

  @Override
  public Activity getInput() {
    return this;
  }

  @Override
  public Activity getTarget() {
    return this;
  }

  @Override
  public MiniBatch<Object> set(
      scala.collection.Seq<Sample<Object>> samples,
      TensorNumericMath.TensorNumeric<Object> numeric) {
    throw new UnsupportedOperationException();
  }

  @Override
  public <D> Tensor<D> toTensor(TensorNumericMath.TensorNumeric<D> numeric) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Table toTable() {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean isTensor() {
    return false;
  }

  @Override
  public boolean isTable() {
    return false;
  }
}
