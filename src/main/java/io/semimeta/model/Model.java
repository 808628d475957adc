package io.semimeta.model;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A network with its {@link ParameterVector}. Images are (batch, channels, height, width), logits
 * (batch, classes).
 *
 * <p>Not for use by several threads at once. Tensors that its methods return belong to the caller's
 * {@link PointerScope}.
 */
public final class Model implements AutoCloseable {
  private final Layer network;
  private final ParameterVector vector;
  private final Placement placement;
  private final Weights trainWeights;
  private long batchesTracked;

  /** A model whose batch statistics are of its own images. */
  public Model(Layer network, Placement placement) {
    this(network, placement, Optional.empty());
  }

  /**
   * Makes a model with all weights zero.
   *
   * @param ranks whose images count together for batch statistics in {@link #train}
   */
  public Model(Layer network, Placement placement, Optional<Ranks> ranks) {
    this.network = network;
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

  public ParameterVector vector() {
    return vector;
  }

  /** What the state dict holds beside the vector, and training leaves as it is. */
  public Map<String, Tensor> constants() {
    return network.constants();
  }

  public Placement placement() {
    return placement;
  }

  /** How many train-mode passes the statistics have seen: PyTorch's {@code num_batches_tracked}. */
  public long batchesTracked() {
    return batchesTracked;
  }

  public void setBatchesTracked(long batchesTracked) {
    this.batchesTracked = batchesTracked;
  }

  /**
   * Logits with running statistics and without dropout; differentiable unless a guard is in force.
   */
  public Tensor evaluate(Tensor images) {
    return network.forward(images, vector.evalWeights(), Mode.EVAL);
  }

  /** Logits of {@link #evaluate}, without a graph. */
  public Tensor predict(Tensor images) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return evaluate(images);
    }
  }

  /**
   * Logits with batch statistics and dropout; moves the running statistics in the gradient's tail.
   */
  public Tensor train(Tensor images) {
    Tensor logits = network.forward(images, trainWeights, Mode.TRAIN);
    batchesTracked++;
    return logits;
  }

  /**
   * Logits of {@link #evaluate} and their derivative along a direction in parameter space, by
   * forward-mode differentiation.
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
    network.close();
  }
}
