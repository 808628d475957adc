package io.semimeta.model;

import io.semimeta.RandomStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Holds all of a network's numbers as one contiguous vector, and all of their gradients as another.
 *
 * <pre>
 *   theta    | parameters .......................... | running means and variances ... |
 *   gradient | gradients of the loss ............... | this rank's new statistics .... |
 *            0                          parameterCount                          length
 * </pre>
 *
 * The network's tensors are views, so that a snapshot, {@code theta + eps g}, the exact restore,
 * the all-reduce, the optimizer and a checkpoint are each one operation on one tensor. A backward
 * pass accumulates straight into the gradient. The tail makes the one all-reduce average
 * BatchNorm's statistics as well: a train-mode pass reads and moves the statistics in the
 * gradient's tail, an eval-mode pass reads those in theta's tail, and the update copies the
 * gradient's tail to theta's.
 */
public final class ParameterVector implements AutoCloseable {
  private final List<TensorSpec> parameters = new ArrayList<>();
  private final List<TensorSpec> statistics = new ArrayList<>();
  private final Map<String, Tensor> values = new LinkedHashMap<>();
  private final Map<String, Tensor> newStatistics = new HashMap<>();
  private final List<Tensor> gradients = new ArrayList<>();
  private final Tensor theta;
  private final Tensor gradient;
  private final Tensor parameterValues;
  private final Tensor parameterGradient;
  private final Tensor statisticValues;
  private final Tensor statisticGradient;

  /** Makes a vector for the network's tensors, all zero. */
  public ParameterVector(Layer network, Placement placement) {
    network.parameters(parameters::add);
    network.statistics(statistics::add);
    long count = size(parameters);
    long tail = size(statistics);
    try (NoGradGuard guard = new NoGradGuard()) {
      theta = torch.zeros(new long[] {count + tail}, placement.options());
      gradient = torch.zeros_like(theta);
      parameterValues = theta.narrow(0, 0, count);
      parameterGradient = gradient.narrow(0, 0, count);
      statisticValues = theta.narrow(0, count, tail);
      statisticGradient = gradient.narrow(0, count, tail);
      long offset = 0;
      for (TensorSpec spec : parameters) {
        Tensor value = view(theta, offset, spec);
        value.requires_grad_(true);
        Tensor slice = view(gradient, offset, spec);
        value.mutable_grad().put(slice);
        values.put(spec.name(), value);
        gradients.add(slice);
        offset += spec.size();
      }
      for (TensorSpec spec : statistics) {
        values.put(spec.name(), view(theta, offset, spec));
        newStatistics.put(spec.name(), view(gradient, offset, spec));
        offset += spec.size();
      }
    }
  }

  private static long size(List<TensorSpec> specs) {
    return specs.stream().mapToLong(TensorSpec::size).sum();
  }

  /**
   * Makes a view that shares the numbers but not autograd's version counter: accumulating one
   * gradient must not invalidate the rest.
   */
  private static Tensor view(Tensor flat, long offset, TensorSpec spec) {
    return flat.narrow(0, offset, spec.size()).view(spec.shape()).variable_data();
  }

  /** Draws the initial weights, which are the same for the same seed, whatever the precision. */
  public void initialise(long seed) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      torch.manual_seed(RandomStream.INITIAL_WEIGHTS.seed(seed));
      for (TensorSpec spec : specs()) {
        Tensor value = values.get(spec.name());
        // They are drawn in float32 on the CPU, so that every device and precision starts from the
        // same numbers.
        if (spec.initial() instanceof TensorSpec.Initial.Uniform uniform) {
          Tensor drawn = torch.rand(spec.shape()).mul(new Scalar(2)).sub(new Scalar(1));
          value.copy_(drawn.mul(new Scalar(uniform.bound())));
        } else if (spec.initial() instanceof TensorSpec.Initial.Normal normal) {
          value.copy_(torch.randn(spec.shape()).mul(new Scalar(normal.deviation())));
        } else if (spec.initial() instanceof TensorSpec.Initial.Constant constant) {
          value.fill_(new Scalar(constant.value()));
        }
      }
    }
  }

  /** Returns all tensors in the order of the vector, parameters before statistics. */
  public List<TensorSpec> specs() {
    List<TensorSpec> all = new ArrayList<>(parameters);
    all.addAll(statistics);
    return all;
  }

  /** Returns how many numbers are learned; statistics are not counted. */
  public long parameterCount() {
    return parameterValues.numel();
  }

  /** Returns all numbers, parameters then statistics. */
  public Tensor theta() {
    return theta;
  }

  /** Returns the parameters' gradients, then this step's new statistics. */
  public Tensor gradient() {
    return gradient;
  }

  /** Returns the parameters, a view into {@link #theta}. */
  public Tensor parameterValues() {
    return parameterValues;
  }

  /** Returns the parameters' gradients, a view into {@link #gradient}. */
  public Tensor parameterGradient() {
    return parameterGradient;
  }

  /** Returns the running statistics, a view into {@link #theta}. */
  public Tensor statisticValues() {
    return statisticValues;
  }

  /** Returns the running statistics of this step, a view into {@link #gradient}. */
  public Tensor statisticGradient() {
    return statisticGradient;
  }

  /** Returns a tensor of the state dict, a view into {@link #theta}, or null. */
  public Tensor value(String name) {
    return values.get(name);
  }

  /** Returns the tensors that an eval-mode pass computes with. */
  Weights evalWeights() {
    return values::get;
  }

  /** Returns what a train-mode pass computes with; it moves the statistics in the gradient. */
  Weights trainWeights() {
    return name -> {
      Tensor moved = newStatistics.get(name);
      return moved != null ? moved : values.get(name);
    };
  }

  /**
   * Sets the gradients to zero, and the statistics of this step to the current ones. Call it before
   * a step's passes.
   */
  public void zeroGradient() {
    try (NoGradGuard guard = new NoGradGuard()) {
      parameterGradient.zero_();
      statisticGradient.copy_(statisticValues);
    }
  }

  /** Makes the statistics of this step the current ones, which is the tail's part of the update. */
  public void adoptStatistics() {
    try (NoGradGuard guard = new NoGradGuard()) {
      statisticValues.copy_(statisticGradient);
    }
  }

  /**
   * Returns the parameters' tangents along a flat direction, in vector order. They lie in a tensor
   * laid out like {@link #theta}: otherwise libtorch would make a copy for each parameter, each as
   * large as the whole vector.
   */
  List<Tensor> tangents(Tensor direction) {
    Tensor flat = torch.zeros_like(theta);
    flat.narrow(0, 0, parameterCount()).copy_(direction);
    List<Tensor> views = new ArrayList<>();
    long offset = 0;
    for (TensorSpec spec : parameters) {
      views.add(view(flat, offset, spec));
      offset += spec.size();
    }
    return views;
  }

  /** Returns the learned tensors, in the order of the vector. */
  public List<TensorSpec> parameters() {
    return List.copyOf(parameters);
  }

  @Override
  public void close() {
    values.values().forEach(Tensor::close);
    newStatistics.values().forEach(Tensor::close);
    gradients.forEach(Tensor::close);
    parameterValues.close();
    parameterGradient.close();
    statisticValues.close();
    statisticGradient.close();
    theta.close();
    gradient.close();
  }
}
