package io.semimeta.model;

import io.semimeta.UserError;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/** Represents a whole network, which finds features of images and classifies by them. */
public interface Network extends Layer {
  /**
   * Computes the penultimate activations, which the classifier gets.
   *
   * @param images (batch, channels, height, width)
   * @return (batch, features)
   * @throws UserError that gives the reason without the network's name, where the network has none
   */
  Tensor features(Tensor images, Weights weights, Mode mode);

  /**
   * Holds what a network gives for a batch.
   *
   * @param features what {@link #features} computes
   * @param logits what {@link #forward} computes
   */
  record Output(Tensor features, Tensor logits) {}

  /**
   * Computes features and logits, to the bits that they have when computed apart. A network whose
   * classifier is known has them from one pass.
   *
   * @param images (batch, channels, height, width)
   * @throws UserError where the network has no features
   */
  default Output output(Tensor images, Weights weights, Mode mode) {
    return new Output(features(images, weights, mode), forward(images, weights, mode));
  }

  @Override
  default Network folded(Weights weights) {
    return this;
  }

  /** Returns the names of the classifier's tensors, or none where nobody knows them. */
  Set<String> classifier();
}
