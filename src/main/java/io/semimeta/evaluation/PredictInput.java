package io.semimeta.evaluation;

import io.semimeta.data.Orientation;
import io.semimeta.inference.Example;
import java.io.IOException;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.StructField;

/** Says where the images to predict are. */
public sealed interface PredictInput permits PreparedInput, SourceInput, TableInput {
  /** Returns the place of the images. */
  Path input();

  /**
   * Checks what can be checked without Spark.
   *
   * @throws io.semimeta.UserError naming the option
   */
  void check(Configuration conf) throws IOException;

  /**
   * Finds the images.
   *
   * @param output the folder that is no input
   * @throws io.semimeta.UserError where they are not there or not as the options say
   */
  Images images(SparkSession session, Predictor predictor, Path output) throws IOException;

  /**
   * Holds the images.
   *
   * @param examples the images; each partition begins a batch
   * @param orientation which way up they are decoded
   * @param id the type of their ids
   * @param carried the columns that go along
   */
  record Images(
      JavaRDD<Example> examples, Orientation orientation, DataType id, List<StructField> carried) {}
}
