package io.semimeta.training;

import io.semimeta.model.Model;
import io.semimeta.model.TensorSpec;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;

/**
 * What a network's state dict holds.
 *
 * @param specs of what training changes
 * @param constants by name: what it leaves as it is
 */
record StateDict(List<TensorSpec> specs, Map<String, Tensor> constants) {
  static StateDict of(Model model) {
    return new StateDict(model.vector().specs(), model.constants());
  }
}
