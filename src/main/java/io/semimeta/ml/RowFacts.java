package io.semimeta.ml;

import io.semimeta.data.ImageRecord;
import java.util.Comparator;
import org.apache.spark.sql.Row;

/**
 * Holds what the driver learns of a row.
 *
 * @param id the image's id, or null
 * @param validation whether it is of the validation split, or null
 * @param label class index, {@link ImageRecord#NO_LABEL} or {@link LabelColumn#UNKNOWN}
 * @param hash hash of all that decides the image's record, other than the id
 * @param nullImage whether there is no image
 */
record RowFacts(Long id, Boolean validation, int label, long hash, boolean nullImage) {
  /** Puts the row first that stands for an image: labelled rather than not, then validation. */
  static final Comparator<RowFacts> ORDER =
      Comparator.comparing(RowFacts::id)
          .thenComparing(row -> row.label == ImageRecord.NO_LABEL)
          .thenComparing(row -> !row.validation)
          .thenComparing(RowFacts::hash);

  static RowFacts of(Row row) {
    return new RowFacts(
        row.isNullAt(0) ? null : row.getLong(0),
        row.isNullAt(1) ? null : row.getBoolean(1),
        row.getInt(2),
        row.getLong(3),
        row.getBoolean(4));
  }
}
