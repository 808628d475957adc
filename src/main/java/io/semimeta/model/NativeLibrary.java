package io.semimeta.model;

import io.semimeta.natives.Natives;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.Context;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.Float32Backend;
import org.bytedeco.pytorch.global.torch.Float32Op;
import org.bytedeco.pytorch.global.torch.Float32Precision;

/** Loads the native code of training and evaluation, in whatever JVM. */
public final class NativeLibrary {
  private NativeLibrary() {}

  /**
   * Loads libtorch and OpenCV, which decodes the images, and sets how many threads libtorch uses
   * when the calling thread computes. OpenBLAS, which multiplies its matrices, has threads of its
   * own, by default one a processor of the machine; it gets as many, for the whole JVM. From then
   * on float32 is float32 on GPUs too: by itself libtorch lets their convolutions round to TF32
   * (ADR 42).
   *
   * @throws io.semimeta.HostError where they cannot be loaded here
   */
  public static void load(int threads) {
    Natives.loadLibtorch();
    Natives.loadOpenCv();
    torch.set_num_threads(threads);
    openblas_nolapack.blas_set_num_threads(threads);
    roundOnGpus(Float32Precision.IEEE);
  }

  /**
   * Loads what ranks on GPUs average with.
   *
   * @throws io.semimeta.HostError where it cannot be loaded here
   */
  public static void loadNccl() {
    Natives.loadNccl();
  }

  /** Lets GPUs round what they multiply to TF32, 10 bits of fraction, until the next load. */
  public static void allowTf32() {
    roundOnGpus(Float32Precision.TF32);
  }

  private static void roundOnGpus(Float32Precision precision) {
    Context context = torch.globalContext();
    context.setFloat32Precision(Float32Backend.CUDA, Float32Op.CONV, precision);
    context.setFloat32Precision(Float32Backend.CUDA, Float32Op.MATMUL, precision);
  }
}
