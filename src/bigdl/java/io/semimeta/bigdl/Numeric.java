package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.nn.abstractnn.Activity;
import com.intel.analytics.bigdl.dllib.tensor.Storage$;
import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import com.intel.analytics.bigdl.dllib.tensor.Tensor$;
import com.intel.analytics.bigdl.dllib.tensor.TensorNumericMath;
import scala.reflect.ClassTag;
import scala.reflect.ClassTag$;

/** Gives BigDL's Scala signatures what they ask for: float32, and tensors over Java arrays. */
final class Numeric {
  /** Scala's Float is an Object to Java's generics. */
  @SuppressWarnings("unchecked")
  static final ClassTag<Object> FLOAT = (ClassTag<Object>) (ClassTag<?>) ClassTag$.MODULE$.Float();

  static final ClassTag<Activity> ACTIVITY = ClassTag$.MODULE$.apply(Activity.class);
  static final TensorNumericMath.TensorNumeric<Object> ARITHMETIC = arithmetic();

  private Numeric() {}

  /** Returns float32's arithmetic, whose class has a name that Java cannot spell. */
  @SuppressWarnings("unchecked")
  private static TensorNumericMath.TensorNumeric<Object> arithmetic() {
    try {
      String name = TensorNumericMath.class.getName() + "$TensorNumeric$NumericFloat$";
      return (TensorNumericMath.TensorNumeric<Object>)
          Class.forName(name).getField("MODULE$").get(null);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("BigDL is not the version that this was built for", e);
    }
  }

  /** Makes a tensor of one dimension over the array itself. */
  static Tensor<Object> tensor(float[] values) {
    return Tensor$.MODULE$.apply(
        Storage$.MODULE$.apply(values, FLOAT),
        1,
        new int[] {values.length},
        null,
        FLOAT,
        ARITHMETIC);
  }

  /** Returns the array that holds a tensor's numbers, from {@link #offset} on. */
  static float[] array(Tensor<Object> tensor) {
    return (float[]) tensor.storage().array();
  }

  static int offset(Tensor<Object> tensor) {
    return tensor.storageOffset() - 1;
  }
}
