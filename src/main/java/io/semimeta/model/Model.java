package io.semimeta.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Joins a network with its {@link ParameterVector}. Images are (batch, channels, height, width),
 * logits (batch, classes).
 *
 * <p>One thread at a time may use it. Tensors that its methods return belong to the caller's {@link
 * PointerScope}.
 */
public final class Model implements AutoCloseable {
  private final Network network;
  private final ParameterVector vector;
  private final Placement placement;
  private final Weights trainWeights;
  private Network predicting;
  private long batchesTracked;

  /** Makes a model with all weights zero whose batch statistics are those of its own images. */
  public Model(Network network, Placement placement) {
    this(network, placement, Optional.empty());
  }

  /**
   * Makes a model with all weights zero.
   *
   * @param ranks ranks whose images count together for batch statistics in {@link #train}; empty
   *     where only the own ones count
   */
  public Model(Network network, Placement placement, Optional<Ranks> ranks) {
    this.network = network;
    this.predicting = network;
    this.placement = placement;
    this.vector = new ParameterVector(network, placement);
    this.trainWeights =
        new Weights() {
          @Override
          public Tensor get(String name) {
            return vector.trainWeights().get(name);
          }

          @Override
          public long batchesTracked() {
            return batchesTracked;
          }

          @Override
          public Optional<Ranks> ranks() {
            return ranks;
          }
        };
  }

  /** Returns the vector of the network's parameters and statistics. */
  public ParameterVector vector() {
    return vector;
  }

  /** Returns the state dict's tensors beside the vector, which training does not change. */
  public Map<String, Tensor> constants() {
    return network.constants();
  }

  /** Returns the names of the classifier's tensors, or none where nobody knows them. */
  public Set<String> classifier() {
    return network.classifier();
  }

  /** Returns the device and the precision of the model's tensors. */
  public Placement placement() {
    return placement;
  }

  /** Counts the train-mode passes so far, as PyTorch's {@code num_batches_tracked}. */
  public long batchesTracked() {
    return batchesTracked;
  }

  /** Sets how many train-mode passes the statistics have seen, as from a checkpoint. */
  public void setBatchesTracked(long batchesTracked) {
    this.batchesTracked = batchesTracked;
  }

  /**
   * Computes logits with running statistics and without dropout; differentiable unless a guard is
   * in force.
   */
  public Tensor evaluate(Tensor images) {
    return network.forward(images, vector.evalWeights(), Mode.EVAL);
  }

  /**
   * Makes {@link #predict}, {@link #features} and {@link #output} faster from now on, where the
   * network has layers for that: they compute with weights of their own, made from the present
   * ones, which give the same to rounding. Weights that are not finite stay as they are, so that
   * nobody takes what they give for a prediction.
   *
   * <p>Call it once, for a model on the CPU in float32 whose weights change no more.
   */
  public void fold() {
    try (Tensor finite = vector.theta().isfinite();
        Tensor all = finite.all()) {
      if (all.item_bool()) {
        predicting = network.folded(vector.evalWeights());
      }
    }
  }

  /** Computes the logits of {@link #evaluate} without a graph; after {@link #fold}, to rounding. */
  public Tensor predict(Tensor images) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return predicting.forward(images, vector.evalWeights(), Mode.EVAL);
    }
  }

  /**
   * Computes the activations that the classifier gets for the logits of {@link #predict}.
   *
   * @return (batch, features), without a graph
   * @throws io.semimeta.UserError where the network has none; {@code NetworkPlan.requireFeatures}
   *     tells beforehand
   */
  public Tensor features(Tensor images) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return predicting.features(images, vector.evalWeights(), Mode.EVAL);
    }
  }

  /**
   * Computes {@link #features} and the logits of {@link #predict}, where the network allows it in
   * one pass.
   *
   * @throws io.semimeta.UserError where the network has no features
   */
  public Network.Output output(Tensor images) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return predicting.output(images, vector.evalWeights(), Mode.EVAL);
    }
  }

  /** Computes logits with batch statistics and dropout; moves the statistics in the gradient. */
  public Tensor train(Tensor images) {
    Tensor logits = network.forward(images, trainWeights, Mode.TRAIN);
    batchesTracked++;
    return logits;
  }

  /**
   * Computes the logits of {@link #evaluate} and their derivative along a direction in parameter
   * space, by forward-mode differentiation.
   *
   * @param direction flat, as long as there are parameters
   */
  public ForwardMode.Dual derivative(Tensor images, Tensor direction) {
    try (NoGradGuard guard = new NoGradGuard();
        ForwardMode forwardMode = new ForwardMode()) {
      List<Tensor> tangents = vector.tangents(direction);
      Map<String, Tensor> duals = new HashMap<>();
      for (int i = 0; i < tangents.size(); i++) {
        String name = vector.parameters().get(i).name();
        duals.put(name, forwardMode.dual(vector.value(name).detach(), tangents.get(i)));
      }
      Weights weights = name -> duals.getOrDefault(name, vector.value(name));
      return forwardMode.unpack(network.forward(images, weights, Mode.EVAL));
    }
  }

  @Override
  public void close() {
    vector.close();
    predicting.close();
    if (predicting != network) {
      network.close();
    }
  }
}
