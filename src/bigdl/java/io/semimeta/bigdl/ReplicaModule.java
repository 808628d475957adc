package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.AbstractModule;
import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import scala.Tuple2;

/** Makes a rank's replica a BigDL module, whose forward pass is the step up to the gradient. */
final class ReplicaModule extends AbstractModule<Activity, Activity, Object> {
  private static final long serialVersionUID = 1L;

  private final Tensor<Object> weights;
  private final Tensor<Object> gradients;

  /** Makes the module with the weights in the layout of {@link Slices}. */
  ReplicaModule(float[] weights) {
    super(Numeric.ACTIVITY, Numeric.ACTIVITY, Numeric.FLOAT, Numeric.ARITHMETIC);
    this.weights = Numeric.tensor(weights);
    this.gradients = Numeric.tensor(new float[weights.length]);
  }

  @Override
  @SuppressWarnings({"unchecked", "rawtypes"})
  public Tuple2<Tensor<Object>[], Tensor<Object>[]> parameters() {
    return new Tuple2<>(new Tensor[] {weights}, new Tensor[] {gradients});
  }

  @Override
  public Activity updateOutput(Activity input) {
    StepInput step = (StepInput) input;
    double loss = BigDlRank.current().gradient(weights, gradients, step.metrics());
    output_$eq(Numeric.tensor(new float[] {(float) loss}));
    return output();
  }

  @Override
  public Activity updateGradInput(Activity input, Activity gradOutput) {
    return gradOutput;
  }

  /**
   * Does nothing, because the forward pass overwrites every gradient. BigDL calls this in a thread
   * that it does not wait for, so clearing could hit the next step's gradient.
   */
  @Override
  public void zeroGradParameters() {}
}
