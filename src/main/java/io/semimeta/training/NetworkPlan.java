package io.semimeta.training;

import io.semimeta.model.Model;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import java.io.Serializable;

/**
 * Which network, on what.
 *
 * @param architecture a name that {@link Networks} knows
 * @param options of the architecture
 * @param placement device and precision
 */
public record NetworkPlan(String architecture, NetworkOptions options, Placement placement)
    implements Serializable {

  /** A model with all weights zero. */
  public Model create() {
    return new Model(Networks.create(architecture, options), placement);
  }
}
