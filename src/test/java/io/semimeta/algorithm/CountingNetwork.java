package io.semimeta.algorithm;

import io.semimeta.model.Activation;
import io.semimeta.model.ActivationCount;
import io.semimeta.model.Mode;
import io.semimeta.model.Network;
import io.semimeta.model.TensorSpec;
import io.semimeta.model.Weights;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.bytedeco.pytorch.EdgeVector;
import org.bytedeco.pytorch.Node;
import org.bytedeco.pytorch.Tensor;

/** Is a network that writes down its passes, and what autograd will do for each. */
final class CountingNetwork implements Network {
  private final Network network;
  final List<String> passes = new ArrayList<>();
  final List<Map<String, Integer>> graphs = new ArrayList<>();

  CountingNetwork(Network network) {
    this.network = network;
  }

  @Override
  public Tensor forward(Tensor x, Weights weights, Mode mode) {
    Tensor logits = network.forward(x, weights, mode);
    boolean graph = logits.requires_grad();
    passes.add(mode + " " + x.size(0) + (graph ? " with graph" : ""));
    if (graph) {
      Map<String, Integer> nodes = new TreeMap<>();
      count(logits.grad_fn(), nodes, new HashSet<>());
      graphs.add(nodes);
    }
    return logits;
  }

  /** Counts autograd's functions by their names; those that add up a parameter's gradient too. */
  private static void count(Node node, Map<String, Integer> nodes, Set<Long> seen) {
    if (!seen.add(node.address())) {
      return;
    }
    nodes.merge(node.name().getString(), 1, Integer::sum);
    EdgeVector edges = node.next_edges();
    for (long i = 0; i < edges.size(); i++) {
      if (edges.get(i).is_valid()) {
        count(edges.get(i).function(), nodes, seen);
      }
    }
  }

  @Override
  public Tensor features(Tensor images, Weights weights, Mode mode) {
    return network.features(images, weights, mode);
  }

  @Override
  public Set<String> classifier() {
    return network.classifier();
  }

  @Override
  public void parameters(Consumer<TensorSpec> to) {
    network.parameters(to);
  }

  @Override
  public void statistics(Consumer<TensorSpec> to) {
    network.statistics(to);
  }

  @Override
  public Activation trace(Activation x, ActivationCount count) {
    return network.trace(x, count);
  }
}
