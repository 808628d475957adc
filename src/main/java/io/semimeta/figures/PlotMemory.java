package io.semimeta.figures;

import io.semimeta.Shown;
import io.semimeta.UserError;

/** Says beforehand whether the driver's heap holds what a figure needs. */
final class PlotMemory {
  /** Is what Spark, and all that does not grow with the images, may take. */
  private static final long FIXED = 200L << 20;

  private static final long MEBIBYTE = 1L << 20;

  private PlotMemory() {}

  /**
   * Estimates t-SNE's need in bytes: the features twice, as rows and as columns, and a few numbers
   * for each neighbour of each image.
   */
  static long bytes(long images, int features, double perplexity) {
    long neighbours = (long) (3 * perplexity);
    return FIXED + images * (2L * Float.BYTES * features + 56 * neighbours + 1000);
  }

  /**
   * Refuses what does not fit.
   *
   * @param heap the driver's heap, in bytes
   * @param result the most that Spark lets a job return to the driver, in bytes; 0 is any amount
   * @throws UserError naming the remedy
   */
  static void require(long images, int features, double perplexity, long heap, long result) {
    long needed = bytes(images, features, perplexity);
    if (needed > heap) {
      throw new UserError(
          Shown.format(
              "%,d images of %,d features, at perplexity %s, need about %,d MiB of the driver's"
                  + " memory, which has %,d: lower --num-point, or raise --driver-memory",
              images, features, perplexity, needed / MEBIBYTE, heap / MEBIBYTE));
    }
    long returned = images * ((long) Float.BYTES * features + 300);
    if (result > 0 && returned > result) {
      throw new UserError(
          Shown.format(
              "%,d images of %,d features are about %,d MiB, and spark.driver.maxResultSize is %,d:"
                  + " lower --num-point, or raise it by --conf",
              images, features, returned / MEBIBYTE, result / MEBIBYTE));
    }
  }
}
