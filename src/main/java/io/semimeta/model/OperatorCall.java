package io.semimeta.model;

import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/**
 * Calls an operator of libtorch's by its name, which the Java API has no method for. Any number of
 * threads may use a call at once.
 *
 * @param last the arguments that are always the same, after the tensors
 */
record OperatorCall(OperatorHandle operator, List<IValue> last) implements AutoCloseable {

  /** Finds an operator; what it holds on to outlives the caller's scope. */
  static OperatorCall of(OperatorHandle operator, IValue... last) {
    OperatorCall call = new OperatorCall(operator, List.of(last));
    call.operator.retainReference();
    call.last.forEach(Pointer::retainReference);
    return call;
  }

  /** Returns an operator by its name. */
  static OperatorHandle operator(String name) {
    return Dispatcher.singleton().findSchemaOrThrow(name, "");
  }

  /** Computes the operator's one result. */
  Tensor on(Tensor... first) {
    IValue[] all = new IValue[first.length + last.size()];
    try {
      for (int i = 0; i < all.length; i++) {
        all[i] = i < first.length ? new IValue(first[i]) : last.get(i - first.length);
      }
      try (IValueVector stack = new IValueVector(all)) {
        operator.callBoxed(stack);
        return new Tensor(stack.get(0).toTensor()); // a copy of a reference into the stack
      }
    } finally {
      for (int i = 0; i < first.length; i++) {
        all[i].close();
      }
    }
  }

  @Override
  public void close() {
    last.forEach(Pointer::close);
    operator.close();
  }
}
