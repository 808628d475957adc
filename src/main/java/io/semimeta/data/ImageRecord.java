package io.semimeta.data;

import java.io.Serializable;

/**
 * Holds one image as it is stored: still encoded, with what is known of it.
 *
 * @param id the image's index in its source, unique within a split; {@code label_indices.txt}
 *     speaks of images by it
 * @param label the class index, or {@link #NO_LABEL}
 * @param encoded the image file's bytes (JPEG or PNG)
 */
@SuppressWarnings(
    "ArrayRecordComponent") // never compared; a defensive copy of every image costs memory
public record ImageRecord(long id, int label, byte[] encoded) implements Serializable {
  /** Marks an image whose class is unknown. */
  public static final int NO_LABEL = -1;
}
