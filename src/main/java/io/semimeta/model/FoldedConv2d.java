package io.semimeta.model;

import java.util.OptionalDouble;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.GenericList;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.LongList;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.Type;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Does a convolution, the eval-mode batch normalisation that follows it, and the activation after
 * that by one kernel of oneDNN: the normalisation is a part of weights and bias, and the weights
 * lie in oneDNN's own order. Any number of threads may use a layer at once.
 */
final class FoldedConv2d implements Layer {
  /** Says which argument of the operator is the activation's numbers. */
  private static final int SCALARS = 8;

  /**
   * Stands for the slope 0 of ReLU, for which oneDNN makes a 0 of a NaN: a network that diverged
   * would seem sound. Of ordinary numbers it changes no sum.
   */
  private static final double ZERO_SLOPE = 1e-30;

  private final OperatorCall kernel;

  /**
   * Computes weights and bias in float64, and rounds them.
   *
   * @param slope the activation's, below 0; empty for no activation
   * @param weights those of the layers that this one stands for, float32, on the CPU
   */
  FoldedConv2d(
      Layers.Conv2d convolution,
      Layers.BatchNorm2d normalisation,
      OptionalDouble slope,
      Weights weights) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor variance = weights.get(normalisation.name() + ".running_var").to(ScalarType.Double);
      Tensor deviation = variance.add(new Scalar(Layers.BATCH_NORM_EPSILON)).sqrt();
      Tensor scale = weights.get(normalisation.name() + ".weight").div(deviation);
      Tensor mean = weights.get(normalisation.name() + ".running_mean");
      Tensor shift = weights.get(normalisation.name() + ".bias").sub(mean.mul(scale));
      Tensor weight = weights.get(convolution.name() + ".weight").mul(scale.view(-1, 1, 1, 1));
      IValue padding = pair(convolution.padding());
      IValue stride = pair(convolution.stride());
      IValue dilation = pair(1);
      IValue groups = new IValue((long) convolution.groups());
      Tensor packed;
      try (OperatorCall pack =
          OperatorCall.of(
              OperatorCall.operator("mkldnn::_reorder_convolution_weight"),
              padding,
              stride,
              dilation,
              groups,
              new IValue())) { // for images of any size
        packed = pack.on(weight.to(ScalarType.Float));
      }
      OperatorHandle operator = OperatorCall.operator("mkldnn::_convolution_pointwise");
      GenericList scalars = new GenericList(scalarType(operator));
      slope.ifPresent(of -> scalars.push_back(new IValue(Math.max(of, ZERO_SLOPE))));
      kernel =
          OperatorCall.of(
              operator,
              new IValue(packed),
              new IValue(shift.to(ScalarType.Float)),
              padding,
              stride,
              dilation,
              groups,
              new IValue(slope.isPresent() ? "leaky_relu" : "none"),
              new IValue(scalars),
              new IValue("")); // leaky_relu has one algorithm
    }
  }

  private static IValue pair(long value) {
    GenericList both = new GenericList(new LongList().elementType());
    both.push_back(new IValue(value));
    both.push_back(new IValue(value));
    return new IValue(both);
  }

  private static Type.TypePtr scalarType(OperatorHandle operator) {
    return operator.schema().arguments().getPointer(SCALARS).type().get().containedType(0);
  }

  @Override
  public Tensor forward(Tensor x, Weights weights, Mode mode) {
    return kernel.on(x);
  }

  @Override
  public void close() {
    kernel.close();
  }
}
