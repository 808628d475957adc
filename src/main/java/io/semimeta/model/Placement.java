package io.semimeta.model;

import io.semimeta.UserError;
import io.semimeta.natives.Natives;
import java.io.Serializable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Says on which device a model's tensors lie, and in which precision.
 *
 * @param device device as libtorch spells it: {@code cpu}, {@code cuda:0}
 * @param precision floating type of weights and activations
 */
public record Placement(String device, Precision precision) implements Serializable {

  /** Lists the floating types: float32 serves training, float64 tests of exactness. */
  public enum Precision {
    FLOAT32(ScalarType.Float, "F32", Float.BYTES),
    FLOAT64(ScalarType.Double, "F64", Double.BYTES);

    private final ScalarType type;
    private final String safetensorsName;
    private final int bytes;

    Precision(ScalarType type, String safetensorsName, int bytes) {
      this.type = type;
      this.safetensorsName = safetensorsName;
      this.bytes = bytes;
    }

    public ScalarType type() {
      return type;
    }

    /** Returns the type's name in a safetensors header. */
    public String safetensorsName() {
      return safetensorsName;
    }

    /** Returns the number of bytes of one element. */
    public int bytes() {
      return bytes;
    }
  }

  public static final Placement CPU = new Placement("cpu", Precision.FLOAT32);

  /** Returns the options of a new floating tensor. */
  public TensorOptions options() {
    return options(precision.type());
  }

  /** Returns the options of a new tensor of another type on the same device. */
  public TensorOptions options(ScalarType type) {
    return new TensorOptions()
        .dtype(new ScalarTypeOptional(type))
        .device(new DeviceOptional(new Device(device)));
  }

  /** Moves a tensor to this device, in its own type. */
  public Tensor place(Tensor tensor) {
    return tensor.to(new Device(device), tensor.scalar_type());
  }

  /** Returns the same precision on another device. */
  public Placement on(String other) {
    return new Placement(other, precision);
  }

  /** Tells whether the device is a GPU. */
  public boolean isCuda() {
    return device.startsWith("cuda");
  }

  /** Waits until the device has done all that it was asked for, as a clock must. */
  public void synchronize() {
    if (isCuda()) {
      torch.cuda_synchronize();
    }
  }

  /** Tells whether this build of libtorch sees a GPU. */
  public static boolean cudaAvailable() {
    Natives.loadLibtorch();
    return torch.cuda_is_available();
  }

  /**
   * Refuses a GPU where libtorch sees none.
   *
   * @throws UserError naming the option
   */
  public static void requireCuda() {
    if (!cudaAvailable()) {
      throw new UserError(
          "--device cuda: libtorch sees no GPU here; build with -Pgpu on a machine that has one");
    }
  }
}
