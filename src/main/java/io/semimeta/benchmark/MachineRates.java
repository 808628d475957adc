package io.semimeta.benchmark;

import org.apache.commons.math3.stat.StatUtils;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Holds what the machine gives to libtorch's threads at a time, the medians of a few tries.
 *
 * @param sgemm floating-point operations a second of a product of large float32 matrices
 * @param bfloat16 the same of bfloat16 matrices, which shows what lower precision would gain
 * @param copy bytes a second that a copy from memory to memory reads and writes
 */
record MachineRates(double sgemm, double bfloat16, double copy) {
  private static final int TRIES = 5;

  /** A matrix has so many rows and columns: it fits in the cache, and the product takes a while. */
  private static final long ROWS = 1024;

  /** A vector has so many numbers, 256 MiB, which few caches hold. */
  private static final long NUMBERS = 64L << 20;

  /** Measures all, in about a second. */
  static MachineRates measure() {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      Tensor from = torch.zeros(NUMBERS);
      Tensor to = torch.zeros(NUMBERS);
      double copying = median(() -> to.copy_(from));
      return new MachineRates(
          product(ScalarType.Float),
          product(ScalarType.BFloat16),
          2.0 * NUMBERS * Float.BYTES / copying);
    }
  }

  private static double product(ScalarType type) {
    Tensor a = torch.rand(ROWS, ROWS).to(type);
    Tensor b = torch.rand(ROWS, ROWS).to(type);
    Tensor product = torch.zeros_like(a);
    return 2.0 * ROWS * ROWS * ROWS / median(() -> torch.mm_out(product, a, b));
  }

  private static double median(Runnable work) {
    work.run();
    double[] seconds = new double[TRIES];
    for (int i = 0; i < TRIES; i++) {
      long begun = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - begun) / 1e9;
    }
    return StatUtils.percentile(seconds, 50);
  }
}
