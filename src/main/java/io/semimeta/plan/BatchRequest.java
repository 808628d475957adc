package io.semimeta.plan;

/**
 * Describes a step's batch on one rank, as the user asks for it.
 *
 * @param size labelled images, and as many unlabelled ones
 * @param cropPadding black border in pixels before the random crop; 0 for no crop
 * @param flip whether images are mirrored at random
 */
public record BatchRequest(int size, int cropPadding, boolean flip) {
  /** Returns the paper's: 128 images, cropped from a border of 4 pixels, mirrored. */
  public static BatchRequest defaults() {
    return new BatchRequest(128, 4, true);
  }
}
