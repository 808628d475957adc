package io.semimeta.model;

import java.util.ArrayList;
import java.util.List;

/**
 * Builds residual networks for images of natural size, with torchvision's layers and names: <a
 * href="https://arxiv.org/abs/1512.03385">ResNet</a> (in torchvision's form, which strides in the
 * 3x3 convolution of a bottleneck), <a href="https://arxiv.org/abs/1605.07146">Wide ResNet</a> and
 * <a href="https://arxiv.org/abs/1611.05431">ResNeXt</a>.
 *
 * @param blocks number of blocks in each of the four stages
 * @param bottleneck whether a block is convolutions of 1x1, 3x3 and 1x1, or two of 3x3
 * @param groups groups of a bottleneck's 3x3 convolution
 * @param groupWidth channels of each of these groups in the first stage; they double in each
 *     further stage
 */
record ResNet(List<Integer> blocks, boolean bottleneck, int groups, int groupWidth) {
  private static final int STEM = 64;

  /** Makes a network of blocks of two 3x3 convolutions. */
  static ResNet basic(Integer... blocks) {
    return new ResNet(List.of(blocks), false, 1, STEM);
  }

  /** Makes a network of bottleneck blocks. */
  static ResNet bottleneck(int groups, int groupWidth, Integer... blocks) {
    return new ResNet(List.of(blocks), true, groups, groupWidth);
  }

  Network network(NetworkOptions options) {
    List<Layer> layers = new ArrayList<>();
    layers.add(conv("conv1", options.channels(), STEM, 7, 2, 1));
    layers.add(new Layers.BatchNorm2d("bn1", STEM));
    layers.add(new Layers.Relu(true));
    layers.add(new Layers.MaxPool2d(3, 2, 1));
    int channels = STEM;
    for (int stage = 0; stage < blocks.size(); stage++) {
      int out = (STEM << stage) * (bottleneck ? 4 : 1);
      for (int i = 0; i < blocks.get(stage); i++) {
        String name = "layer%s.%s.".formatted(stage + 1, i);
        int stride = i == 0 && stage > 0 ? 2 : 1;
        layers.add(
            new Layers.Sum(
                bottleneck
                    ? bottleneckBranch(name, channels, groups * (groupWidth << stage), out, stride)
                    : basicBranch(name, channels, out, stride),
                shortcut(name + "downsample", channels, out, stride)));
        layers.add(new Layers.Relu(true));
        channels = out;
      }
    }
    return LayeredNetwork.of(layers, "fc", channels, options.classes());
  }

  private static Layer basicBranch(String name, int in, int out, int stride) {
    return new Layers.Sequential(
        List.of(
            conv(name + "conv1", in, out, 3, stride, 1),
            new Layers.BatchNorm2d(name + "bn1", out),
            new Layers.Relu(true),
            conv(name + "conv2", out, out, 3, 1, 1),
            new Layers.BatchNorm2d(name + "bn2", out)));
  }

  private Layer bottleneckBranch(String name, int in, int inner, int out, int stride) {
    return new Layers.Sequential(
        List.of(
            conv(name + "conv1", in, inner, 1, 1, 1),
            new Layers.BatchNorm2d(name + "bn1", inner),
            new Layers.Relu(true),
            conv(name + "conv2", inner, inner, 3, stride, groups),
            new Layers.BatchNorm2d(name + "bn2", inner),
            new Layers.Relu(true),
            conv(name + "conv3", inner, out, 1, 1, 1),
            new Layers.BatchNorm2d(name + "bn3", out)));
  }

  /** Makes a branch that gives its input, or a projection of it where the shape changes. */
  private static Layer shortcut(String name, int in, int out, int stride) {
    return in == out && stride == 1
        ? new Layers.Sequential(List.of())
        : new Layers.Sequential(
            List.of(
                conv(name + ".0", in, out, 1, stride, 1),
                new Layers.BatchNorm2d(name + ".1", out)));
  }

  /** Pads to keep the size; starts as <a href="https://arxiv.org/abs/1502.01852">He et al.</a> */
  static Layer conv(String name, int in, int out, int kernel, int stride, int groups) {
    TensorSpec.Initial normal =
        new TensorSpec.Initial.Normal(Math.sqrt(2.0 / ((double) out * kernel * kernel)));
    return new Layers.Conv2d(name, in, out, kernel, stride, kernel / 2, groups, normal);
  }
}
