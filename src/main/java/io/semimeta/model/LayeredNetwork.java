package io.semimeta.model;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Makes a network of layers.
 *
 * @param backbone the layers up to the features
 * @param head the classifier
 */
record LayeredNetwork(Layers.Sequential backbone, Layers.Linear head)
    implements Network, Layers.Composite {

  /**
   * Makes a network that classifies by the means of its last channels.
   *
   * @param convolutions the layers before the pooling
   * @param classifier the classifier's name in the state dict
   * @param channels the channels that come out of the convolutions
   */
  static LayeredNetwork of(List<Layer> convolutions, String classifier, int channels, int classes) {
    List<Layer> backbone = new ArrayList<>();
    backbone.add(new ChannelsLast());
    backbone.addAll(convolutions);
    backbone.add(new Layers.GlobalAveragePool());
    return new LayeredNetwork(
        new Layers.Sequential(List.copyOf(backbone)),
        new Layers.Linear(classifier, channels, classes));
  }

  @Override
  public List<Layer> layers() {
    return List.of(backbone, head);
  }

  @Override
  public Tensor features(Tensor images, Weights weights, Mode mode) {
    return backbone.forward(images, weights, mode);
  }

  @Override
  public Output output(Tensor images, Weights weights, Mode mode) {
    Tensor features = features(images, weights, mode);
    return new Output(features, head.forward(features, weights, mode));
  }

  @Override
  public LayeredNetwork folded(Weights weights) {
    return new LayeredNetwork(backbone.folded(weights), head);
  }

  @Override
  public Set<String> classifier() {
    Set<String> names = new LinkedHashSet<>();
    head.parameters(spec -> names.add(spec.name()));
    return names;
  }

  @Override
  public Tensor forward(Tensor x, Weights weights, Mode mode) {
    Tensor features = features(x, weights, mode);
    Tensor logits = head.forward(features, weights, mode);
    Layers.free(features, x, logits);
    return logits;
  }

  @Override
  public Activation trace(Activation x, ActivationCount count) {
    return head.trace(backbone.trace(x, count), count);
  }
}
