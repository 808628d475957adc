package io.semimeta.loader;

import java.io.Serializable;

/**
 * Describes a step's batch on one rank.
 *
 * @param size labelled images, and as many unlabelled ones
 * @param cropPadding black border in pixels before the random crop; 0 for no crop
 * @param flip whether images are mirrored at random
 */
public record BatchOptions(int size, int cropPadding, boolean flip) implements Serializable {
  /** Returns the paper's: 128 images, cropped from a border of 4 pixels, mirrored. */
  public static BatchOptions defaults() {
    return new BatchOptions(128, 4, true);
  }
}
