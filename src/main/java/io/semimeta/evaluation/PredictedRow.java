package io.semimeta.evaluation;

import io.semimeta.inference.Example;
import io.semimeta.inference.Scored;
import io.semimeta.inference.Scores;
import java.util.List;
import java.util.Set;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Makes the row of an image in the table that {@code predict} writes.
 *
 * @param classes the network's classes
 * @param features whether there is a column of features
 * @param made counts the rows
 */
record PredictedRow(List<String> classes, boolean features, LongAccumulator made)
    implements Function<Scored, Row> {
  static final String ID = "id";
  static final String PATH = "path";
  static final String ERROR = "error";

  /** Lists the names of all columns that there may be, beside those that go along. */
  static final Set<String> NAMES = Set.of(schema(DataTypes.LongType, true, List.of()).fieldNames());

  /**
   * Returns the columns.
   *
   * @param id the type of the ids
   * @param carried the columns that go along
   */
  static StructType schema(DataType id, boolean features, List<StructField> carried) {
    DataType floats = DataTypes.createArrayType(DataTypes.FloatType, false);
    StructType schema =
        new StructType()
            .add(ID, id)
            .add("split", DataTypes.StringType)
            .add(PATH, DataTypes.StringType)
            .add("label", DataTypes.IntegerType)
            .add("predicted", DataTypes.IntegerType)
            .add("class", DataTypes.StringType)
            .add("confidence", DataTypes.DoubleType)
            .add("margin", DataTypes.DoubleType)
            .add("entropy", DataTypes.DoubleType)
            .add("probabilities", floats);
    if (features) {
      schema = schema.add("features", floats);
    }
    schema = schema.add(ERROR, DataTypes.StringType);
    for (StructField field : carried) {
      schema = schema.add(field);
    }
    return schema;
  }

  @Override
  public Row call(Scored scored) {
    made.add(1);
    Example example = scored.example();
    int carried = example.carried() == null ? 0 : example.carried().length();
    Object[] row = new Object[(features ? 12 : 11) + carried];
    row[0] = example.id();
    row[1] = example.split();
    row[2] = example.path();
    row[3] = example.hasLabel() ? example.label() : null;
    if (scored.error() == null) {
      Scores scores = new Scores(scored.logits());
      row[4] = scores.predicted();
      row[5] = classes.get(scores.predicted());
      row[6] = scores.confidence();
      row[7] = scores.margin();
      row[8] = scores.entropy();
      row[9] = ArrayUtils.toObject(scores.probabilities()); // Spark casts to Object[]
    }
    int at = 10;
    if (features) {
      row[at++] = ArrayUtils.toObject(scored.features());
    }
    row[at++] = scored.error();
    for (int i = 0; i < carried; i++) {
      row[at++] = example.carried().get(i);
    }
    return RowFactory.create(row);
  }
}
