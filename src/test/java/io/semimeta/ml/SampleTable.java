package io.semimeta.ml;

import io.semimeta.data.DatasetManifest;
import io.semimeta.plan.TestRequest;
import java.nio.file.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;

/** The sample's images as people have theirs: a table in which few rows have a label. */
final class SampleTable {
  private SampleTable() {}

  /**
   * Rows with an id, an image, a label (null but for one in ten), and the truth of all.
   *
   * @param images how many of them, the first by id
   */
  static Dataset<Row> of(SparkSession session, long images) {
    Column tenth = functions.col("id").mod(10).equalTo(0);
    return session
        .read()
        .format("recordio")
        .load(Path.of(TestRequest.SAMPLE).toUri().toString())
        .filter(functions.col("split").equalTo(DatasetManifest.TRAIN))
        .filter(functions.col("id").lt(images))
        .select(
            functions.col("id"),
            functions.col("bytes").as("image"),
            functions.col("label").cast(DataTypes.DoubleType).as("truth"))
        .withColumn("label", functions.when(tenth, functions.col("truth")));
  }

  /** The classes' names in place of indices. */
  static Dataset<Row> named(Dataset<Row> table) {
    Column name = functions.concat(functions.lit("class "), functions.col("label").cast("int"));
    return table.withColumn("label", name);
  }

  /** A stage that learns a little in a second or two. */
  static SemiMetaClassifier classifier(Path workDir) {
    return new SemiMetaClassifier()
        .setWidth(0.05)
        .setBatchSize(8)
        .setCropPadding(2)
        .setTotalSteps(20)
        .setLearningRate(0.05)
        .setDevice("cpu")
        .setSeed(5)
        .setIdCol("id")
        .setWorkDir(workDir.toString());
  }
}
