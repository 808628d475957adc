package io.semimeta.image;

import java.util.SplittableRandom;

/**
 * Describes the part of an image, in its pixels, that training resizes to the network's input: it
 * has a random share of the area, a random aspect ratio and a random place. The bounds are those of
 * the paper's ImageNet recipe, and it is drawn as by torchvision's RandomResizedCrop.
 *
 * @param flipped whether the crop is mirrored
 */
record RandomResizedCrop(int left, int top, int width, int height, boolean flipped) {
  private static final double LEAST_AREA = 0.1;
  private static final double MOST_AREA = 1;
  private static final double LEAST_ASPECT = 0.8;
  private static final double MOST_ASPECT = 1.25;
  private static final int DRAWS = 10;

  /**
   * Draws a crop.
   *
   * @param width width of the image in pixels
   * @param height height of the image in pixels
   * @param flip whether crops are mirrored at random
   */
  static RandomResizedCrop draw(int width, int height, boolean flip, SplittableRandom random) {
    boolean flipped = flip && random.nextBoolean();
    for (int i = 0; i < DRAWS; i++) {
      double area = (double) width * height * random.nextDouble(LEAST_AREA, MOST_AREA);
      double aspect = Math.exp(random.nextDouble(Math.log(LEAST_ASPECT), Math.log(MOST_ASPECT)));
      int w = (int) Math.round(Math.sqrt(area * aspect));
      int h = (int) Math.round(Math.sqrt(area / aspect));
      if (w >= 1 && h >= 1 && w <= width && h <= height) {
        return new RandomResizedCrop(
            random.nextInt(width - w + 1), random.nextInt(height - h + 1), w, h, flipped);
      }
    }
    // A very long image gives its centre, of the nearest aspect ratio.
    int w = Math.min(width, Math.max(1, (int) Math.round(height * MOST_ASPECT)));
    int h = Math.min(height, Math.max(1, (int) Math.round(width / LEAST_ASPECT)));
    return new RandomResizedCrop((width - w) / 2, (height - h) / 2, w, h, flipped);
  }

  /**
   * Returns the largest of 1, 2, 4 and 8 by which the image may be reduced while the crop stays at
   * least as large as what it is resized to.
   */
  int reduction(int outputHeight, int outputWidth) {
    int reduction = 1;
    while (reduction < 8
        && width >= 2 * reduction * outputWidth
        && height >= 2 * reduction * outputHeight) {
      reduction *= 2;
    }
    return reduction;
  }
}
