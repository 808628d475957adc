package io.semimeta.model;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Holds the layers that networks are built of; images and activations are (batch, channels, height,
 * width).
 */
public final class Layers {
  private static final double BATCH_NORM_MOMENTUM = 0.1;
  static final double BATCH_NORM_EPSILON = 1e-5;

  private Layers() {}

  /**
   * Frees a tensor between layers, unless it is a layer's input or output too. Large networks would
   * otherwise hold all activations of all passes until the step's end; what a gradient needs,
   * autograd holds.
   */
  @SuppressWarnings("ReferenceEquality") // the handle, not the address
  static void free(Tensor between, Tensor input, Tensor output) {
    if (between != input && between != output) {
      between.close();
    }
  }

  /** Makes one layer of others, whose tensors, in their order, are its own. */
  interface Composite extends Layer {
    List<Layer> layers();

    @Override
    default void parameters(Consumer<TensorSpec> to) {
      layers().forEach(layer -> layer.parameters(to));
    }

    @Override
    default void statistics(Consumer<TensorSpec> to) {
      layers().forEach(layer -> layer.statistics(to));
    }

    @Override
    default void close() {
      layers().forEach(Layer::close);
    }
  }

  /** Applies layers one after the other. */
  public record Sequential(List<Layer> layers) implements Composite {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      Tensor current = x;
      for (Layer layer : layers) {
        Tensor next = layer.forward(current, weights, mode);
        free(current, x, next);
        current = next;
      }
      return current;
    }

    @Override
    public Sequential folded(Weights weights) {
      return new Sequential(Folding.of(layers, weights));
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      Activation current = x;
      for (Layer layer : layers) {
        current = layer.trace(current, count);
      }
      return current;
    }
  }

  /** Adds the results of two layers for the same input. */
  public record Sum(Layer left, Layer right) implements Composite {
    @Override
    public List<Layer> layers() {
      return List.of(left, right);
    }

    @Override
    public Sum folded(Weights weights) {
      return new Sum(left.folded(weights), right.folded(weights));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      Tensor a = left.forward(x, weights, mode);
      Tensor b = right.forward(x, weights, mode);
      Tensor sum = a.add(b);
      free(a, x, sum);
      free(b, x, sum);
      return sum;
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      left.trace(x, count);
      return count.madeLike(right.trace(x, count));
    }
  }

  /**
   * Does a square convolution without bias.
   *
   * @param groups number of channel groups that are convolved separately
   * @param initial distribution of its initial weights
   */
  public record Conv2d(
      String name,
      int in,
      int out,
      int kernel,
      int stride,
      int padding,
      int groups,
      TensorSpec.Initial initial)
      implements Layer {

    /** Has stride 1 and PyTorch's default initialisation: uniform within 1/sqrt(fan in). */
    public Conv2d(String name, int in, int out, int kernel, int padding) {
      this(
          name,
          in,
          out,
          kernel,
          1,
          padding,
          1,
          new TensorSpec.Initial.Uniform(1 / Math.sqrt((double) in * kernel * kernel)));
    }

    @Override
    public void parameters(Consumer<TensorSpec> to) {
      long[] shape = {out, in / groups, kernel, kernel};
      to.accept(new TensorSpec(name + ".weight", shape, initial));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return torch.conv2d(
          x,
          weights.get(name + ".weight"),
          new TensorOptional(),
          new long[] {stride, stride},
          new long[] {padding, padding},
          new long[] {1, 1},
          groups);
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      count.keep(x);
      Activation result = count.made(out, after(x.height()), after(x.width()));
      count.multiplied(result.size() * (in / groups) * kernel * kernel);
      return result;
    }

    private int after(int pixels) {
      return (pixels + 2 * padding - kernel) / stride + 1;
    }
  }

  /** Does batch normalisation over (batch, height, width) with momentum 0.1 and epsilon 1e-5. */
  public record BatchNorm2d(String name, int features) implements Layer {
    @Override
    public void parameters(Consumer<TensorSpec> to) {
      to.accept(spec("weight", 1));
      to.accept(spec("bias", 0));
    }

    @Override
    public void statistics(Consumer<TensorSpec> to) {
      to.accept(spec("running_mean", 0));
      to.accept(spec("running_var", 1));
    }

    private TensorSpec spec(String suffix, double initial) {
      return new TensorSpec(
          name + "." + suffix, new long[] {features}, new TensorSpec.Initial.Constant(initial));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      Optional<Ranks> ranks = weights.ranks();
      if (mode == Mode.TRAIN && ranks.isPresent()) {
        return new GlobalBatchNorm(ranks.get(), BATCH_NORM_MOMENTUM, BATCH_NORM_EPSILON)
            .forward(
                x,
                weights.get(name + ".weight"),
                weights.get(name + ".bias"),
                weights.get(name + ".running_mean"),
                weights.get(name + ".running_var"));
      }
      return torch.batch_norm(
          x,
          new TensorOptional(weights.get(name + ".weight")),
          new TensorOptional(weights.get(name + ".bias")),
          new TensorOptional(weights.get(name + ".running_mean")),
          new TensorOptional(weights.get(name + ".running_var")),
          mode == Mode.TRAIN,
          BATCH_NORM_MOMENTUM,
          BATCH_NORM_EPSILON,
          true);
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      count.normalised(x);
      if (count.syncBatchNorm()) { // centred on the running mean, then on the batch's
        count.keep(count.madeLike(x));
        count.keep(count.madeLike(x));
      } else {
        count.keep(x);
      }
      return count.madeLike(x);
    }
  }

  /** Applies a fully connected layer with bias to (batch, in), which gives (batch, out). */
  public record Linear(String name, int in, int out) implements Layer {
    @Override
    public void parameters(Consumer<TensorSpec> to) {
      TensorSpec.Initial uniform = new TensorSpec.Initial.Uniform(1 / Math.sqrt(in));
      to.accept(new TensorSpec(name + ".weight", new long[] {out, in}, uniform));
      to.accept(new TensorSpec(name + ".bias", new long[] {out}, uniform));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return torch.linear(
          x, weights.get(name + ".weight"), new TensorOptional(weights.get(name + ".bias")));
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      count.keep(x);
      count.multiplied((long) in * out);
      return count.made(out, 1, 1);
    }
  }

  /** Computes {@code max(x, slope x)} in the place of x, which must be BatchNorm's result. */
  public record LeakyRelu(double slope) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      torch.leaky_relu_(x, new Scalar(slope)); // what it returns is x's own memory
      return x;
    }

    /** Keeps the result alone, by whose sign autograd finds the derivative. */
    @Override
    public Activation trace(Activation x, ActivationCount count) {
      count.keep(x);
      return x;
    }
  }

  /**
   * Computes {@code max(x, 0)}.
   *
   * @param inPlace whether it overwrites x: a result that nobody else uses and that autograd does
   *     not keep, such as BatchNorm's
   */
  public record Relu(boolean inPlace) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      if (!inPlace) {
        return torch.relu(x);
      }
      torch.relu_(x); // what it returns is x's own memory
      return x;
    }

    /** Keeps the result alone, from which autograd finds the derivative. */
    @Override
    public Activation trace(Activation x, ActivationCount count) {
      Activation result = inPlace ? x : count.madeLike(x);
      count.keep(result);
      return result;
    }
  }

  /** Takes the maximum of each square window; all three components are in pixels. */
  public record MaxPool2d(int size, int stride, int padding) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return torch.max_pool2d(
          x,
          new long[] {size, size},
          new long[] {stride, stride},
          new long[] {padding, padding},
          new long[] {1, 1},
          false);
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      count.keep(x);
      Activation pooled = count.made(x.channels(), after(x.height()), after(x.width()));
      count.keepIndices(pooled);
      return pooled;
    }

    private int after(int pixels) {
      return (pixels + 2 * padding - size) / stride + 1;
    }
  }

  /** Drops whole channels of an image with the given probability, in train mode. */
  public record Dropout2d(double probability) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return mode == Mode.TRAIN && probability > 0
          ? torch.feature_dropout(x, probability, true)
          : x;
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      return probability > 0 ? count.madeLike(x) : x;
    }
  }

  /** Takes the mean over height and width, which gives (batch, channels). */
  public record GlobalAveragePool() implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return x.mean(2, 3);
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      return count.made(x.channels(), 1, 1);
    }
  }
}
