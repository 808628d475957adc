package io.semimeta.model;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network's state dict holds.
 *
 * @param specs of what training changes
 * @param constants by name: what it leaves as it is
 */
public record StateDict(List<TensorSpec> specs, Map<String, Tensor> constants) {
  public static StateDict of(Model model) {
    return new StateDict(model.vector().specs(), model.constants());
  }
}
