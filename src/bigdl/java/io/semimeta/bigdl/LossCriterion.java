package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractCriterion;
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;

/** Passes the module's output on, which is the loss already. */
final class LossCriterion extends AbstractCriterion<Activity, Activity, Object> {
  private static final long serialVersionUID = 1L;

  LossCriterion() {
    super(Numeric.ACTIVITY, Numeric.ACTIVITY, Numeric.FLOAT, Numeric.ARITHMETIC);
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object updateOutput(Activity loss, Activity target) {
    Tensor<Object> tensor = (Tensor<Object>) loss;
    return Numeric.array(tensor)[Numeric.offset(tensor)];
  }

  @Override
  public Activity updateGradInput(Activity loss, Activity target) {
    return loss;
  }
}
