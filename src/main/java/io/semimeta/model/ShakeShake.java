package io.semimeta.model;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Builds <a href="https://arxiv.org/abs/1705.07485">Shake-Shake</a> networks of 26 layers for small
 * images, as the authors of SemiMeta and of Mean Teacher have them: 2x96d at width 1, 2x32d at
 * width 1/3. The tensors' names are theirs too.
 */
final class ShakeShake {
  private static final int STEM = 16;
  private static final int STAGES = 3;
  private static final int BLOCKS = 4;
  private static final int CHANNELS = 96;

  private ShakeShake() {}

  static Network network(NetworkOptions options) {
    List<Layer> layers = new ArrayList<>();
    layers.add(ResNet.conv("conv1", options.channels(), STEM, 3, 1, 1));
    int channels = STEM;
    for (int stage = 0; stage < STAGES; stage++) {
      int out = Math.max(1, (int) Math.round(CHANNELS * options.width())) << stage;
      for (int i = 0; i < BLOCKS; i++) {
        String name = "layer%s.%s.".formatted(stage + 1, i);
        int stride = i == 0 && stage > 0 ? 2 : 1;
        Layer shaken =
            new Shake(
                branch(name, "a", channels, out, stride), branch(name, "b", channels, out, stride));
        layers.add(
            new Layers.Sum(
                new Layers.Sequential(List.of(new Layers.Relu(false), shaken)),
                shortcut(name + "downsample.", channels, out, stride)));
        channels = out;
      }
    }
    return LayeredNetwork.of(layers, "fc", channels, options.classes());
  }

  private static Layer branch(String block, String letter, int in, int out, int stride) {
    String conv = block + "conv_" + letter;
    String norm = block + "bn_" + letter;
    return new Layers.Sequential(
        List.of(
            ResNet.conv(conv + "1", in, out, 3, stride, 1),
            new Layers.BatchNorm2d(norm + "1", out),
            new Layers.Relu(true),
            ResNet.conv(conv + "2", out, out, 3, 1, 1),
            new Layers.BatchNorm2d(norm + "2", out)));
  }

  /** Gives the input, projected where channels change, halved by {@link Shift} where asked. */
  private static Layer shortcut(String name, int in, int out, int stride) {
    if (stride > 1) {
      return new Layers.Sequential(
          List.of(
              new Shift(),
              new Layers.Relu(true),
              ResNet.conv(name + "conv", 2 * in, out, 1, 1, 2),
              new Bias(name + "conv", in, out),
              new Layers.BatchNorm2d(name + "bn", out)));
    }
    return in == out
        ? new Layers.Sequential(List.of())
        : new Layers.Sequential(
            List.of(
                ResNet.conv(name + "0", in, out, 1, 1, 1),
                new Layers.BatchNorm2d(name + "1", out)));
  }

  /** Takes every second pixel of every second row, and the same one pixel right and down. */
  private record Shift() implements Layer {
    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      Tensor shifted = torch.constant_pad_nd(x, new long[] {-1, 1, -1, 1}, new Scalar(0));
      return torch.cat(new TensorVector(half(x), half(shifted)), 1);
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      return count.made(2 * x.channels(), (x.height() + 1) / 2, (x.width() + 1) / 2);
    }

    private static Tensor half(Tensor x) {
      LongOptional all = new LongOptional();
      return x.slice(2, all, all, 2).slice(3, all, all, 2);
    }
  }

  /**
   * Adds the bias of the shift's convolution. BatchNorm takes it away again; it is here because the
   * authors' network has it.
   */
  private record Bias(String name, int fanIn, int channels) implements Layer {
    @Override
    public void parameters(Consumer<TensorSpec> to) {
      TensorSpec.Initial uniform = new TensorSpec.Initial.Uniform(1 / Math.sqrt(fanIn));
      to.accept(new TensorSpec(name + ".bias", new long[] {channels}, uniform));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      return x.add(weights.get(name + ".bias").view(1, -1, 1, 1));
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      return count.madeLike(x);
    }
  }

  /**
   * Takes a weighted mean of two branches. In train mode each image has a weight of its own,
   * uniform in [0, 1], and another one in the backward pass; in eval mode the weight is 0.5.
   */
  record Shake(Layer a, Layer b) implements Layers.Composite {
    /** Counts activations beyond what the branches keep: measured, not derived. */
    private static final int ALSO_HELD = 10;

    @Override
    public List<Layer> layers() {
      return List.of(a, b);
    }

    @Override
    public Shake folded(Weights weights) {
      return new Shake(a.folded(weights), b.folded(weights));
    }

    @Override
    public Tensor forward(Tensor x, Weights weights, Mode mode) {
      Tensor left = a.forward(x, weights, mode);
      Tensor right = b.forward(x, weights, mode);
      Tensor mean = mode == Mode.TRAIN ? shake(left, right) : mean(left, right);
      Layers.free(left, x, mean);
      Layers.free(right, x, mean);
      return mean;
    }

    @Override
    public Activation trace(Activation x, ActivationCount count) {
      a.trace(x, count);
      Activation mean = count.madeLike(b.trace(x, count));
      for (int i = 0; i < ALSO_HELD; i++) {
        count.keep(count.madeLike(mean));
      }
      return mean;
    }

    /**
     * Returns a mean with the value of the forward gates and the derivative of the backward ones.
     * All other tensors are freed at once, as by {@link Layers#free}.
     */
    private static Tensor shake(Tensor left, Tensor right) {
      try (Tensor forward = gates(left);
          Tensor backward = gates(left);
          Tensor difference = left.sub(right);
          Tensor gap = forward.sub(backward);
          Tensor moved = difference.mul(gap);
          Tensor correction = moved.detach();
          Tensor mean = torch.addcmul(right, backward, difference)) {
        return mean.add(correction);
      }
    }

    private static Tensor mean(Tensor left, Tensor right) {
      try (Tensor sum = left.add(right)) {
        return sum.mul(new Scalar(0.5));
      }
    }

    private static Tensor gates(Tensor x) {
      return torch.rand(new long[] {x.size(0), 1, 1, 1}, x.options());
    }
  }
}
