package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.optim.OptimMethod;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.utils.T;
import com.intel.analytics.bigdl.dllib.utils.Table;
import scala.Function1;
import scala.Tuple2;

/** Lets BigDL update an executor's slice of the weights. */
final class SliceSgd implements OptimMethod<Object> {
  private static final long serialVersionUID = 1L;

  private Table state = T.apply();

  @Override
  public Tuple2<Tensor<Object>, Object> optimize(
      Function1<Tensor<Object>, Tuple2<Object, Tensor<Object>>> evaluate, Tensor<Object> weights) {
    Tuple2<Object, Tensor<Object>> lossAndGradient = evaluate.apply(weights);
    BigDlRank.current().update(weights, lossAndGradient._2());
    return new Tuple2<>(weights, new float[] {(Float) lossAndGradient._1()});
  }

  @Override
  public OptimMethod<Object> clone() {
    return new SliceSgd();
  }

  @Override
  public Table state() {
    return state;
  }

  @Override
  public void state_$eq(Table newState) {
    state = newState;
  }

  @Override
  public void clearHistory() {}

  @Override
  public OptimMethod<Object> loadFromTable(Table config) {
    return this;
  }

  /** Returns NaN for BigDL's log, because the plan's schedule sets the learning rate. */
  @Override
  public double getLearningRate() {
    return Double.NaN;
  }
}
