package io.semimeta.model;

import java.util.concurrent.locks.ReentrantLock;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.ForwardADLevel;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.OperatorHandle;
import org.bytedeco.pytorch.Tensor;

/**
 * Opens a level of libtorch's forward-mode differentiation, in which tensors carry a tangent along.
 * The Java API has no method for dual tensors, so the operators are called by name.
 */
public final class ForwardMode implements AutoCloseable {

  /** Holds a value and its derivative, two tensors of one shape. */
  public record Dual(Tensor value, Tensor tangent) {}

  /** Keeps threads apart: libtorch has one level for the whole process and refuses a second one. */
  private static final ReentrantLock LEVEL = new ReentrantLock();

  private final long level;

  ForwardMode() {
    LEVEL.lock();
    try {
      level = ForwardADLevel.get_next_idx();
    } catch (RuntimeException e) {
      LEVEL.unlock();
      throw e;
    }
  }

  Tensor dual(Tensor primal, Tensor tangent) {
    return call("aten::_make_dual", new IValue(primal), new IValue(tangent), new IValue(level))
        .get(0)
        .toTensor();
  }

  Dual unpack(Tensor dual) {
    IValueVector results = call("aten::_unpack_dual", new IValue(dual), new IValue(level));
    return new Dual(results.get(0).toTensor(), results.get(1).toTensor());
  }

  private static IValueVector call(String operator, IValue... arguments) {
    OperatorHandle handle = Dispatcher.singleton().findSchemaOrThrow(operator, "");
    IValueVector stack = new IValueVector(arguments);
    handle.callBoxed(stack);
    return stack;
  }

  @Override
  public void close() {
    try {
      ForwardADLevel.release_idx(level);
    } finally {
      LEVEL.unlock();
    }
  }
}
