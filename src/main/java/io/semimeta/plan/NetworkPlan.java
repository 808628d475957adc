package io.semimeta.plan;

import io.semimeta.UserError;
import io.semimeta.image.ImageInput;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.Model;
import io.semimeta.model.Network;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Networks;
import io.semimeta.model.Placement;
import io.semimeta.model.Ranks;
import io.semimeta.model.ScriptedNetwork;
import io.semimeta.model.StateDict;
import io.semimeta.model.TensorSpec;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Says which network is trained, and on what device.
 *
 * @param architecture a name that {@link Networks} knows, or {@link Networks#SCRIPTED} with the URI
 *     of the network's file
 * @param program a TorchScript network without its weights, or empty for a named architecture
 * @param options the options of the architecture
 * @param placement the device and precision
 * @param syncBatchNorm whether batch statistics are those of all ranks' images
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
@RecordBuilder
public record NetworkPlan(
    String architecture,
    byte[] program,
    NetworkOptions options,
    Placement placement,
    boolean syncBatchNorm)
    implements Serializable, NetworkPlanBuilder.With {

  /** Describes a network that the name alone defines. */
  public NetworkPlan(
      String architecture, NetworkOptions options, Placement placement, boolean syncBatchNorm) {
    this(architecture, new byte[0], options, placement, syncBatchNorm);
  }

  /** Returns the same plan on another device. */
  public NetworkPlan on(String device) {
    return withPlacement(placement.on(device));
  }

  /** Tells whether the network comes from a TorchScript file. */
  public boolean isScripted() {
    return ScriptFile.isMeant(architecture);
  }

  private Network network() {
    return isScripted()
        ? ScriptedNetwork.load(program, placement)
        : Networks.create(architecture, options);
  }

  /** Creates a model with all weights zero. */
  public Model create() {
    return new Model(network(), placement);
  }

  /** Creates a model with all weights zero, on one of the ranks that train together. */
  public Model create(Ranks ranks) {
    return new Model(
        network(),
        placement,
        syncBatchNorm && ranks.size() > 1 ? Optional.of(ranks) : Optional.empty());
  }

  /** Returns the number of learned parameters, without making a model. */
  public long parameterCount() {
    List<TensorSpec> specs = new ArrayList<>();
    try (Network network = network()) {
      network.parameters(specs::add);
    }
    return specs.stream().mapToLong(TensorSpec::size).sum();
  }

  /** Describes all tensors, without making a model. */
  public StateDict stateDict() {
    try (Network network = network()) {
      List<TensorSpec> specs = new ArrayList<>();
      network.parameters(specs::add);
      network.statistics(specs::add);
      return new StateDict(specs, network.constants(), network.classifier());
    }
  }

  /**
   * Refuses a network that cannot be made, and images that shrink to nothing on their way through
   * it.
   *
   * @throws UserError naming the option or the size
   */
  public void requireFit(int height, int width) {
    if (isScripted()) {
      requireScriptedOptions();
      return;
    }
    Networks.create(architecture, options);
    int least = Networks.smallestImage(architecture);
    if (Math.min(height, width) < least) {
      throw new UserError(
          ("--architecture %s needs images of at least %sx%s pixels, these are %sx%s; run"
                  + " prepare with a larger --image-size")
              .formatted(architecture, least, least, width, height));
    }
  }

  /**
   * Refuses a network whose features nobody can get at.
   *
   * @throws UserError naming the network's file
   */
  public void requireFeatures() {
    if (isScripted()) {
      try (ScriptedNetwork network = ScriptedNetwork.load(program, placement)) {
        network.requireFeatures();
      } catch (UserError e) {
        throw new UserError("--architecture %s: %s".formatted(architecture, e.getMessage()), e);
      }
    }
  }

  /**
   * Refuses batches in which a BatchNorm layer sees one value of a channel, because one value has
   * no variance. A scripted network is tried instead ({@code ScriptCheck}).
   *
   * @param batchSize the images of one rank's pass
   * @throws UserError naming the option
   */
  public void requireBatch(int batchSize, int ranks, ImageInput input) {
    if (isScripted() || (long) batchSize * (syncBatchNorm ? ranks : 1) > 1) {
      return;
    }
    int values =
        ActivationCount.of(
                network(), input.channels(), input.height(), input.width(), syncBatchNorm)
            .leastNormalised();
    if (values == 1) {
      throw new UserError(
          ("--batch-size 1: on images of %sx%s pixels a BatchNorm layer of %s sees one value a"
                  + " channel, which has no variance; use --batch-size 2 or more%s")
              .formatted(
                  input.width(),
                  input.height(),
                  architecture,
                  ranks > 1 ? ", or --sync-batch-norm" : ""));
    }
  }

  private void requireScriptedOptions() {
    if (options.width() != 1) {
      throw new UserError(
          "--width %s: a TorchScript file has one width; leave --width out"
              .formatted(options.width()));
    }
    if (syncBatchNorm) {
      throw new UserError(
          "--sync-batch-norm: the BatchNorm inside a TorchScript file cannot be replaced; leave the"
              + " option out");
    }
  }
}
