package io.semimeta.figures;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import org.junit.jupiter.api.Test;

class PlotMemoryTest {
  private static final long GIBIBYTE = 1L << 30;

  private static String refusal(long images, int features, double perplexity, long heap) {
    return assertThrows(
            UserError.class, () -> PlotMemory.require(images, features, perplexity, heap, GIBIBYTE))
        .getMessage();
  }

  @Test
  void thePapersFigureFitsAGibibyte() {
    PlotMemory.require(11_000, 128, 30, GIBIBYTE, GIBIBYTE);
    PlotMemory.require(11_000, 2048, 30, GIBIBYTE, GIBIBYTE);
  }

  @Test
  void whatDoesNotFitTheHeapIsRefused() {
    assertEquals(
        "100,000 images of 2,048 features, at perplexity 30.0, need about 2,338 MiB of the driver's"
            + " memory, which has 1,024: lower --num-point, or raise --driver-memory",
        refusal(100_000, 2048, 30, GIBIBYTE));
    PlotMemory.require(100_000, 2048, 30, 3 * GIBIBYTE, GIBIBYTE);
    assertTrue(refusal(100_000, 128, 400, GIBIBYTE).contains("at perplexity 400.0"));
  }

  @Test
  void whatSparkWouldNotReturnIsRefused() {
    UserError error =
        assertThrows(
            UserError.class, () -> PlotMemory.require(11_000, 25_088, 30, 4 * GIBIBYTE, GIBIBYTE));
    assertEquals(
        "11,000 images of 25,088 features are about 1,055 MiB, and spark.driver.maxResultSize is"
            + " 1,024: lower --num-point, or raise it by --conf",
        error.getMessage());
    PlotMemory.require(11_000, 25_088, 30, 4 * GIBIBYTE, 0);
  }
}
