package io.semimeta.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * Says what a network's state dict holds.
 *
 * @param specs specifications of the tensors that training changes
 * @param constants tensors that training leaves as they are, by name
 * @param classifier names of the classifier's tensors, or none where nobody knows them
 */
public record StateDict(
    List<TensorSpec> specs, Map<String, Tensor> constants, Set<String> classifier) {
  /** Returns the contents of a model's state dict. */
  public static StateDict of(Model model) {
    return new StateDict(model.vector().specs(), model.constants(), model.classifier());
  }
}
