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

  /** Returns the names of the classifier's tensors, or none where nobody knows them. */
  Set<String> classifier();
}
