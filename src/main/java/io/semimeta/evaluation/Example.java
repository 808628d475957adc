package io.semimeta.evaluation;

import io.semimeta.data.ImageRecord;
import java.io.Serializable;
import org.apache.spark.sql.Row;

/**
 * Holds an image to predict.
 *
 * @param split the split that it belongs to, or null
 * @param id its id: a number, or what a table has
 * @param label its class, as the network counts them, or {@link ImageRecord#NO_LABEL}
 * @param path where it was found, or null
 * @param encoded its file's bytes; null once it is predicted
 * @param problem why the bytes cannot be read, or null
 * @param carried the columns of a table that go along, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Example(
    String split, Object id, int label, String path, byte[] encoded, String problem, Row carried)
    implements Serializable {

  /** Returns what is known of the image without its bytes, which are no longer needed. */
  Example withoutBytes() {
    return new Example(split, id, label, path, null, problem, carried);
  }

  /** Tells whether its class is known. */
  boolean hasLabel() {
    return label != ImageRecord.NO_LABEL;
  }
}
