package io.semimeta.model;

import io.semimeta.model.Placement.Precision;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Small networks, and tensors of seeded numbers. */
public final class TestNetworks {
  public static final int CHANNELS = 2;
  public static final int CLASSES = 4;
  public static final Placement FLOAT64 = new Placement("cpu", Precision.FLOAT64);

  private TestNetworks() {}

  /** Two convolutions and a linear layer, smooth in weights and input, without batch statistics. */
  public static Network smooth() {
    return network(false, 0);
  }

  /** The same with BatchNorm. */
  public static Network normalised() {
    return network(true, 0);
  }

  /** Once more with dropout: what {@link #script} of "smooth" holds. */
  public static Network dropping() {
    return network(true, 0.4);
  }

  /** The file of a TorchScript network that {@code src/test/python/torchscript.py} made. */
  public static Path script(String name) {
    try {
      return Path.of(TestNetworks.class.getResource(name + ".pt").toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Network network(boolean batchNorm, double dropout) {
    List<Layer> layers = new ArrayList<>();
    int[] widths = {CHANNELS, 5, 6};
    for (int i = 1; i < widths.length; i++) {
      layers.add(new Layers.Conv2d("block" + i + ".0", widths[i - 1], widths[i], 3, 1));
      if (batchNorm) {
        layers.add(new Layers.BatchNorm2d("block" + i + ".1", widths[i]));
      }
      layers.add((x, weights, mode) -> torch.tanh(x));
      if (i == 1) {
        layers.add(new Layers.Dropout2d(dropout));
      }
    }
    layers.add(new Layers.GlobalAveragePool());
    return new LayeredNetwork(
        new Layers.Sequential(List.copyOf(layers)),
        new Layers.Linear("classifier.0", widths[2], CLASSES));
  }

  /** A float64 model with weights of a seed, of size 1 so that nothing is nearly linear. */
  public static Model model(Network network, long seed) {
    return model(network, seed, Optional.empty());
  }

  /** The same on one of several ranks whose images count together for batch statistics. */
  public static Model model(Network network, long seed, Optional<Ranks> ranks) {
    Model model = new Model(network, FLOAT64, ranks);
    try (NoGradGuard guard = new NoGradGuard()) {
      model.vector().initialise(seed);
      Random random = new Random(seed);
      for (TensorSpec spec : model.vector().parameters()) {
        model.vector().value(spec.name()).copy_(normal(random, spec.shape()));
      }
    }
    return model;
  }

  /** Standard normal numbers in float64. */
  public static Tensor normal(Random random, long... shape) {
    int size = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
    double[] values = new double[size];
    for (int i = 0; i < size; i++) {
      values[i] = random.nextGaussian();
    }
    return Tensor.create(values, shape);
  }

  /** Images for the networks here. */
  public static Tensor images(Random random, int count) {
    return normal(random, count, CHANNELS, 6, 6);
  }

  /** Classes, int64. */
  public static Tensor labels(Random random, int count) {
    return Tensor.create(random.longs(count, 0, CLASSES).toArray(), count);
  }

  /** The elements in row-major order. */
  public static double[] values(Tensor tensor) {
    Tensor flat = tensor.detach().to(ScalarType.Double).contiguous().view(-1);
    double[] values = new double[Math.toIntExact(flat.numel())];
    new DoublePointer(flat.data_ptr()).get(values);
    return values;
  }

  /** The largest absolute difference. */
  public static double distance(Tensor a, Tensor b) {
    double[] left = values(a);
    double[] right = values(b);
    double largest = 0;
    for (int i = 0; i < left.length; i++) {
      double difference = Math.abs(left[i] - right[i]);
      largest = difference <= largest ? largest : difference; // a NaN counts
    }
    return left.length == right.length ? largest : Double.NaN;
  }
}
