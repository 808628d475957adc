package io.semimeta.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.semimeta.HostError;
import java.util.List;
import org.bytedeco.openblas.global.openblas_nolapack;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.Float32Backend;
import org.bytedeco.pytorch.global.torch.Float32Op;
import org.bytedeco.pytorch.global.torch.Float32Precision;
import org.junit.jupiter.api.Test;

class NativeLibraryTest {
  private static final List<Float32Op> MULTIPLIED = List.of(Float32Op.CONV, Float32Op.MATMUL);

  /** libtorch's own default for convolutions is TF32; no GPU is needed to ask. */
  @Test
  void float32IsFloat32OnGpus() {
    NativeLibrary.allowTf32();
    assertRounding(Float32Precision.TF32);
    NativeLibrary.load(1);
    assertRounding(Float32Precision.IEEE);
  }

  /** OpenBLAS counts its threads by itself: it would take all processors of a shared machine. */
  @Test
  void matricesAreMultipliedByAsManyThreads() {
    NativeLibrary.load(2);
    assertEquals(2, openblas_nolapack.blas_get_num_threads());
    NativeLibrary.load(1);
    assertEquals(1, openblas_nolapack.blas_get_num_threads());
  }

  /** The build for CPUs has no NCCL: one line says what is missing. */
  @Test
  void ncclIsMissedInOneLine() {
    assumeFalse(Placement.cudaAvailable(), "there it may be found");
    HostError error = assertThrows(HostError.class, NativeLibrary::loadNccl);
    assertTrue(error.getMessage().startsWith("NCCL cannot be loaded: "), error.getMessage());
    assertTrue(error.getMessage().contains("-Pgpu"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  private static void assertRounding(Float32Precision precision) {
    for (Float32Op op : MULTIPLIED) {
      assertEquals(
          precision,
          torch.globalContext().float32Precision(Float32Backend.CUDA, op).intern(),
          "" + op);
    }
  }
}
