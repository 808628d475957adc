package io.semimeta.model;

import io.semimeta.UserError;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Architectures by name. */
public final class Networks {
  /**
   * How a network of a name is made.
   *
   * @param smallestImage pixels that its pooling needs, on the shorter side
   */
  private record Architecture(int smallestImage, Function<NetworkOptions, Layer> builder) {}

  private static final Map<String, Architecture> BY_NAME =
      new TreeMap<>(Map.of("convlarge", new Architecture(12, Networks::convLarge)));

  private Networks() {}

  /**
   * Builds a network by name.
   *
   * @throws UserError where no architecture has that name
   */
  public static Layer create(String architecture, NetworkOptions options) {
    return find(architecture).builder().apply(options);
  }

  /**
   * The smallest images that a network takes, in pixels on the shorter side.
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
          "--architecture: unknown architecture '%s'; known: %s"
              .formatted(name, String.join(", ", BY_NAME.keySet())));
    }
    return architecture;
  }

  /**
   * The 13-layer network of the semi-supervised literature, 3,121,802 parameters for 10 classes at
   * width 1.
   */
  private static Layer convLarge(NetworkOptions options) {
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
        layers.add(new Layers.MaxPool2d(2));
        layers.add(new Layers.Dropout2d(options.dropout()));
      }
      channels = next;
    }
    layers.add(new Layers.GlobalAveragePool());
    layers.add(new Layers.Linear("classifier.0", channels, options.classes()));
    return new Layers.Sequential(List.copyOf(layers));
  }
}
