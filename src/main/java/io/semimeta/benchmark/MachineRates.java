package io.semimeta.benchmark;

import io.semimeta.model.Placement;
import org.apache.commons.math3.stat.StatUtils;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Holds what a device gives at a time, the medians of a few tries: to libtorch's threads, or a GPU.
 *
 * @param sgemm floating-point operations a second of a product of large float32 matrices
 * @param bfloat16 the same of bfloat16 matrices, which shows what lower precision would gain
 * @param copy bytes a second that a copy from memory to memory reads and writes
 */
record MachineRates(double sgemm, double bfloat16, double copy) {
  private static final int TRIES = 5;

  /** A matrix has so many rows and columns: it fits in a processor's cache. */
  private static final long ROWS = 1024;

  /** A GPU is busy with one of so many. */
  private static final long GPU_ROWS = 8192;

  /** A vector has so many numbers, 256 MiB, which few caches hold. */
  private static final long NUMBERS = 64L << 20;

  /** Measures all on a device, in about a second. */
  static MachineRates measure(Placement placement) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor from = torch.zeros(new long[] {NUMBERS}, placement.options());
      Tensor to = torch.zeros_like(from);
      double copying = median(placement, () -> to.copy_(from));
      return new MachineRates(
          product(placement, ScalarType.Float),
          product(placement, ScalarType.BFloat16),
          2.0 * NUMBERS * Float.BYTES / copying);
    }
  }

  private static double product(Placement placement, ScalarType type) {
    long rows = placement.isCuda() ? GPU_ROWS : ROWS;
    Tensor a = placement.place(torch.rand(rows, rows).to(type));
    Tensor b = placement.place(torch.rand(rows, rows).to(type));
    Tensor product = torch.zeros_like(a);
    return 2.0 * rows * rows * rows / median(placement, () -> torch.mm_out(product, a, b));
  }

  private static double median(Placement placement, Runnable work) {
    work.run();
    placement.synchronize();
    double[] seconds = new double[TRIES];
    for (int i = 0; i < TRIES; i++) {
      long begun = System.nanoTime();
      work.run();
      placement.synchronize();
      seconds[i] = (System.nanoTime() - begun) / 1e9;
    }
    return StatUtils.percentile(seconds, 50);
  }
}
