package io.semimeta.training;

import io.semimeta.UserError;
import io.semimeta.model.Layer;
import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.Ranks;
import io.semimeta.model.TensorSpec;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which network, on what.
 *
 * @param architecture a name that {@link Networks} knows
 * @param options of the architecture
 * @param placement device and precision
 * @param syncBatchNorm whether batch statistics are those of all ranks' images
 */
public record NetworkPlan(
    String architecture, NetworkOptions options, Placement placement, boolean syncBatchNorm)
    implements Serializable {

  /** A model with all weights zero. */
  public Model create() {
    return new Model(Networks.create(architecture, options), placement);
  }

  /** A model with all weights zero, on one of the ranks that train together. */
  public Model create(Ranks ranks) {
    return new Model(
        Networks.create(architecture, options),
        placement,
        syncBatchNorm && ranks.size() > 1 ? Optional.of(ranks) : Optional.empty());
  }

  /** Learned numbers, without making a model. */
  public long parameterCount() {
    List<TensorSpec> specs = new ArrayList<>();
    Networks.create(architecture, options).parameters(specs::add);
    return specs.stream().mapToLong(TensorSpec::size).sum();
  }

  /** All tensors, statistics included, without making a model. */
  List<TensorSpec> specs() {
    List<TensorSpec> specs = new ArrayList<>();
    Layer network = Networks.create(architecture, options);
    network.parameters(specs::add);
    network.statistics(specs::add);
    return specs;
  }

  /**
   * Refuses a network that cannot be made, and images that shrink to nothing on their way through
   * it.
   *
   * @throws UserError naming the option or the size
   */
  public void requireFit(int height, int width) {
    Networks.create(architecture, options);
    int least = Networks.smallestImage(architecture);
    if (Math.min(height, width) < least) {
      throw new UserError(
          "--architecture %s needs images of at least %dx%d pixels, these are %dx%d; run prepare with a larger --image-size"
              .formatted(architecture, least, least, width, height));
    }
  }
}
