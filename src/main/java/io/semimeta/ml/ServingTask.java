package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.inference.Example;
import io.semimeta.inference.PredictTask;
import io.semimeta.inference.Scored;
import io.semimeta.inference.Scores;
import io.semimeta.inference.ShippedModel;
import io.semimeta.inference.Wanted;
import io.semimeta.ml.table.ImageColumn;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import org.apache.commons.collections4.IteratorUtils;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Adds what a network says of a row's image to the row, a batch of rows at a time.
 *
 * @param network the key of the network
 * @param classes its classes
 * @param thresholds the classes' thresholds, or null
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ServingTask(
    String network,
    List<String> classes,
    Broadcast<ShippedModel> broadcast,
    ImageColumn images,
    Outputs outputs,
    double[] thresholds,
    HandleInvalid handleInvalid)
    implements MapPartitionsFunction<Row, Row> {
  /** Lists the columns to add, each unless it is switched off, in this order. */
  record Outputs(boolean raw, boolean probability, boolean prediction, boolean label)
      implements java.io.Serializable {
    int count() {
      return (raw ? 1 : 0) + (probability ? 1 : 0) + (prediction ? 1 : 0) + (label ? 1 : 0);
    }
  }

  @Override
  public Iterator<Row> call(Iterator<Row> rows) throws IOException {
    PredictTask task = new PredictTask(network, broadcast, Orientation.EXIF, false, Wanted.LOGITS);
    Iterator<Scored> scored = task.call(IteratorUtils.transformedIterator(rows, this::example));
    return IteratorUtils.filteredIterator(
        IteratorUtils.transformedIterator(scored, this::row), Objects::nonNull);
  }

  private Example example(Row row) {
    ImageColumn.Read image = images.read(row);
    return new Example(
        null, null, ImageRecord.NO_LABEL, image.path(), image.bytes(), image.problem(), row);
  }

  /** Returns the row with what is said of its image, or null where it is to be left out. */
  private Row row(Scored scored) {
    if (scored.error() != null && handleInvalid != HandleInvalid.KEEP) {
      if (handleInvalid == HandleInvalid.SKIP) {
        return null;
      }
      String path = scored.example().path();
      throw new UserError(
          "imageCol %s: the image%s cannot be predicted: %s; handleInvalid says what becomes of such rows"
              .formatted(images.name(), path == null ? "" : " " + path, scored.error()));
    }
    Row given = scored.example().carried();
    Object[] values = new Object[given.length() + outputs.count()];
    for (int i = 0; i < given.length(); i++) {
      values[i] = given.get(i);
    }
    if (scored.error() == null) {
      addOutputs(values, given.length(), scored.logits());
    }
    return RowFactory.create(values);
  }

  private void addOutputs(Object[] values, int first, float[] logits) {
    int at = first;
    Scores scores = new Scores(logits);
    double[] probabilities = new double[logits.length];
    double[] raw = new double[logits.length];
    for (int c = 0; c < logits.length; c++) {
      raw[c] = logits[c];
      probabilities[c] = scores.probability(c);
    }
    int predicted =
        thresholds == null ? scores.predicted() : Thresholds.largest(probabilities, thresholds);
    if (outputs.raw()) {
      values[at++] = Vectors.dense(raw);
    }
    if (outputs.probability()) {
      values[at++] = Vectors.dense(probabilities);
    }
    if (outputs.prediction()) {
      values[at++] = (double) predicted;
    }
    if (outputs.label()) {
      values[at] = classes.get(predicted);
    }
  }
}
