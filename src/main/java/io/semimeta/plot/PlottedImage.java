package io.semimeta.plot;

import java.util.Locale;

/**
 * Describes an image whose features are drawn.
 *
 * @param id the image's id in its data set
 * @param kind what it is to the training run
 * @param label its class, or a negative number where that is unknown
 */
public record PlottedImage(long id, Kind kind, int label) {

  /** Says what an image is to a training run. */
  public enum Kind {
    LABELLED,
    UNLABELLED,
    TEST;

    /** Returns the kind's name for people. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
