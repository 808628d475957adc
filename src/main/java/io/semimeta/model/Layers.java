package io.semimeta.model;

import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * The layers that networks are built of; images and activations are (batch, channels, height,
 * width).
 */
public final class Layers {
  private static final double BATCH_NORM_MOMENTUM = 0.1;
  private static final double BATCH_NORM_EPSILON = 1e-5;

  private Layers() {}

  /** Layers one after the other. */
  public record Sequential(List<Layer> layers) implements Layer {
    @Override
    public void parameters(Consumer<TensorSpec> to) {
      layers.forEach(layer -> layer.parameters(to));
    }

    @Override
    public void statistics(Consumer<TensorSpec> to) {
      layers.forEach(layer -> layer.statistics(to));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      for (Layer layer : layers) {
        x = layer.forward(x, weights, mode);
      }
      return x;
    }
  }

  /** Square convolution of stride 1 without bias. */
  public record Conv2d(String name, int in, int out, int kernel, int padding) implements Layer {
    @Override
    public void parameters(Consumer<TensorSpec> to) {
      double bound = 1 / Math.sqrt((double) in * kernel * kernel);
      to.accept(
          new TensorSpec(
              name + ".weight",
              new long[] {out, in, kernel, kernel},
              new TensorSpec.Initial.Uniform(bound)));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      long[] one = {1, 1};
      return torch.conv2d(
          x,
          weights.get(name + ".weight"),
          new TensorOptional(),
          one,
          new long[] {padding, padding},
          one,
          1);
    }
  }

  /** Batch normalisation over (batch, height, width), momentum 0.1, epsilon 1e-5. */
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
  }

  /** Fully connected layer with bias. */
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
  }

  /** max(x, slope x). */
  public record LeakyRelu(double slope) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return torch.leaky_relu(x, new Scalar(slope));
    }
  }

  /** Largest of each square window; windows do not overlap. */
  public record MaxPool2d(int size) implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      long[] window = {size, size};
      return torch.max_pool2d(x, window, window, new long[] {0, 0}, new long[] {1, 1}, false);
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
  }

  /** Mean over height and width: (batch, channels). */
  public record GlobalAveragePool() implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return x.mean(2, 3);
    }
  }
}
