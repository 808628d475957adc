package io.semimeta.benchmark;

import io.semimeta.image.ImageInput;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.plan.NetworkPlan;
import java.util.Map;

/**
 * Says which network is timed, on batches of which images.
 *
 * @param architecture the network's name
 * @param width the factor on its channels
 * @param imageSize the side of the images in pixels
 * @param batchSize the images of a pass
 * @param placement the device
 */
public record BenchmarkedNetwork(
    String architecture, double width, int imageSize, int batchSize, Placement placement) {
  static final int CLASSES = 10;
  static final int CHANNELS = 3;
  private static final double DROPOUT = 0.5;

  /** Returns the network, which is not made yet. */
  NetworkPlan plan() {
    NetworkOptions options = new NetworkOptions(CLASSES, CHANNELS, width, DROPOUT);
    return new NetworkPlan(architecture, options, placement, false);
  }

  /**
   * Refuses a network that cannot be made, or not for such images.
   *
   * @throws io.semimeta.UserError naming the option
   */
  void requireFit() {
    plan().requireFit(imageSize, imageSize);
  }

  /**
   * Refuses batches whose mean and deviation BatchNorm cannot compute.
   *
   * @throws io.semimeta.UserError naming the option
   */
  void requireBatch() {
    plan().requireBatch(batchSize, 1, new ImageInput(CHANNELS, imageSize, imageSize, false));
  }

  private ActivationCount count() {
    return ActivationCount.of(
        Networks.create(architecture, plan().options()), CHANNELS, imageSize, imageSize, false);
  }

  /** Counts the floating-point operations of a pass's convolutions and classifier. */
  double passOperations() {
    return 2.0 * count().multiplyAdds() * batchSize;
  }

  /** Counts those of a pass with its gradient or tangent, which images have not. */
  double differentiatedOperations() {
    return 3 * passOperations() - 2.0 * count().firstMultiplyAdds() * batchSize;
  }

  /** Puts what was timed among the figures. */
  void describe(Map<String, Object> figures) {
    figures.put("arch", architecture);
    figures.put("width", width);
    figures.put("parameters", plan().parameterCount());
    figures.put("image_size", imageSize);
    figures.put("batch", batchSize);
    figures.put("device", placement.device());
  }
}
