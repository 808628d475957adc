package io.semimeta.inference;

import io.semimeta.data.ImageRecord;
import io.soabase.recordbuilder.core.RecordBuilder;
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
@RecordBuilder
public record Example(
    String split, Object id, int label, String path, byte[] encoded, String problem, Row carried)
    implements Serializable, ExampleBuilder.With {

  /** Tells whether its class is known. */
  public boolean hasLabel() {
    return label != ImageRecord.NO_LABEL;
  }
}
