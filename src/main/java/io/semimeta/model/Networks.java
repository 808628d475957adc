package io.semimeta.model;

import io.semimeta.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Builds network architectures by name. */
public final class Networks {
  /** Comes before the URI of a TorchScript file in the place of an architecture's name. */
  public static final String SCRIPTED = "torchscript:";

  /**
   * Says how a network of a name is made.
   *
   * @param smallestImage least number of pixels on the shorter side; with fewer, a layer that
   *     halves its input finds nothing left to halve
   * @param hasWidth whether its channels can be scaled; torchvision's names stand for one size
   */
  private record Architecture(
      int smallestImage, boolean hasWidth, Function<NetworkOptions, Network> builder) {}

  private static final Map<String, Architecture> BY_NAME = new TreeMap<>();

  static {
    BY_NAME.put("convlarge", new Architecture(12, true, Networks::convLarge));
    BY_NAME.put("shake-shake-26", new Architecture(3, true, ShakeShake::network));
    putResNet("resnet18", ResNet.basic(2, 2, 2, 2));
    putResNet("resnet34", ResNet.basic(3, 4, 6, 3));
    putResNet("resnet50", ResNet.bottleneck(1, 64, 3, 4, 6, 3));
    putResNet("resnet101", ResNet.bottleneck(1, 64, 3, 4, 23, 3));
    putResNet("resnet152", ResNet.bottleneck(1, 64, 3, 8, 36, 3));
    putResNet("wide_resnet50_2", ResNet.bottleneck(1, 128, 3, 4, 6, 3));
    putResNet("resnext50_32x4d", ResNet.bottleneck(32, 4, 3, 4, 6, 3));
  }

  private static void putResNet(String name, ResNet resNet) {
    BY_NAME.put(name, new Architecture(17, false, resNet::network));
  }

  private Networks() {}

  /** Returns all names, sorted. */
  public static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  /**
   * Builds a network by name.
   *
   * @throws UserError where no architecture has that name, or that one has no other width than 1
   */
  public static Network create(String name, NetworkOptions options) {
    Architecture architecture = find(name);
    if (options.width() != 1 && !architecture.hasWidth()) {
      throw new UserError(
          "--width %s: %s has one width only; leave --width out".formatted(options.width(), name));
    }
    return architecture.builder().apply(options);
  }

  /**
   * Returns the smallest images that a network takes, in pixels on the shorter side.
   *
   * @throws UserError where no architecture has that name
   */
  public static int smallestImage(String architecture) {
    return find(architecture).smallestImage();
  }

  private static Architecture find(String name) {
    Architecture architecture = BY_NAME.get(name);
    if (architecture == null) {
      throw new UserError(
          "--architecture: unknown architecture '%s'; known: %s, torchscript:URI"
              .formatted(name, String.join(", ", names())));
    }
    return architecture;
  }

  /**
   * Builds the 13-layer network of the semi-supervised literature, which has 3,121,802 parameters
   * for 10 classes at width 1.
   */
  private static Network convLarge(NetworkOptions options) {
    int[] out = {128, 128, 128, 256, 256, 256, 512, 256, 128};
    int[] kernel = {3, 3, 3, 3, 3, 3, 3, 1, 1};
    int[] padding = {1, 1, 1, 1, 1, 1, 0, 0, 0};
    List<Layer> layers = new ArrayList<>();
    int channels = options.channels();
    for (int i = 0; i < out.length; i++) {
      int next = Math.max(1, (int) Math.round(out[i] * options.width()));
      String block = "block" + (i + 1);
      layers.add(new Layers.Conv2d(block + ".0", channels, next, kernel[i], padding[i]));
      layers.add(new Layers.BatchNorm2d(block + ".1", next));
      layers.add(new Layers.LeakyRelu(0.1));
      if (i == 2 || i == 5) {
        layers.add(new Layers.MaxPool2d(2, 2, 0));
        layers.add(new Layers.Dropout2d(options.dropout()));
      }
      channels = next;
    }
    return LayeredNetwork.of(layers, "classifier.0", channels, options.classes());
  }
}
