package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.ml.table.TableColumns;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.param.DoubleArrayParam;
import org.apache.spark.ml.param.IntParam;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.Params;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Knows the Params about columns, and which columns a model adds. */
final class Columns {
  private Columns() {}

  static void addTo(ParamSet set, Params owner) {
    set.add(
        "imageCol",
        "column of images: image files' bytes (binaryFile's content), paths, or Spark's image"
            + " struct",
        "image");
    set.add(
        "labelCol",
        "column of labels: class names, or class indices from 0; null for an image without a"
            + " label",
        "label");
    set.add(
        "idCol",
        "column of image ids, whole numbers, on which all draws depend; without it ids are"
            + " hashes of paths, else of bytes",
        null);
    set.add(
        "validationIndicatorCol",
        "boolean column: true for images that choose the best checkpoint, and train nothing",
        null);
    set.add("predictionCol", output("class indices"), "prediction");
    set.add("predictedLabelCol", output("class names"), "");
    set.add("probabilityCol", output("probabilities by class"), "probability");
    set.add("rawPredictionCol", output("the network's logits by class"), "rawPrediction");
    set.add(
        new DoubleArrayParam(
            owner,
            "thresholds",
            "one number a class, not negative, at most one of them 0: predicted is the class with"
                + " the largest probability divided by its threshold"),
        null);
    set.add(
        "handleInvalid",
        "what becomes of an image that is null or cannot be decoded: error, skip (its row is"
            + " left out), or keep (its row has nulls; fit leaves it out)",
        HandleInvalid.ERROR.toString());
    set.add(
        "workDir",
        "folder, seen by all machines, for what fit writes: the images as record files, and a"
            + " folder for each run",
        null);
    set.add(
        new IntParam(
            owner,
            "storedSize",
            "side in pixels to which images are resized and cropped when they are written; 0 stores"
                + " them as they are"),
        0);
  }

  private static String output(String what) {
    return "new column of " + what + "; an empty name leaves it out";
  }

  /** Returns the column of a Param that may be unset or empty. */
  static Optional<String> optional(ColumnParams<?> params, Param<String> param) {
    return params.isDefined(param)
        ? Optional.of(params.getOrDefault(param)).filter(name -> !name.isEmpty())
        : Optional.empty();
  }

  /** Names the columns that a fit reads. */
  static TableColumns read(ColumnParams<?> params) {
    return new TableColumns(
        params.getImageCol(),
        params.getLabelCol(),
        optional(params, params.idCol()),
        optional(params, params.validationIndicatorCol()));
  }

  /** Lists the Params of the columns that a model adds, in their order. */
  static List<Param<String>> added(ColumnParams<?> params) {
    return List.of(
        params.rawPredictionCol(),
        params.probabilityCol(),
        params.predictionCol(),
        params.predictedLabelCol());
  }

  /**
   * Returns the schema with the columns that a model adds.
   *
   * @param classes class names; empty where they are not known yet
   * @throws UserError where one of them is there already, or two have one name
   */
  static StructType extended(StructType schema, ColumnParams<?> params, List<String> classes) {
    StructType extended = schema;
    for (Param<String> param : added(params)) {
      String name = optional(params, param).orElse(null);
      if (name == null) {
        continue;
      }
      if (Arrays.stream(extended.fieldNames()).anyMatch(name::equalsIgnoreCase)) {
        throw new UserError(
            "%s %s: there is a column of this name already; drop it, or give another name"
                .formatted(param.name(), name));
      }
      extended = extended.add(field(params, param, name, classes));
    }
    return extended;
  }

  private static StructField field(
      ColumnParams<?> params, Param<String> param, String name, List<String> classes) {
    boolean nullable = HandleInvalid.of(params) == HandleInvalid.KEEP;
    if (param.equals(params.predictionCol())) {
      StructField plain = DataTypes.createStructField(name, DataTypes.DoubleType, nullable);
      return classes.isEmpty()
          ? plain
          : new StructField(
              name,
              plain.dataType(),
              nullable,
              NominalAttribute.defaultAttr()
                  .withName(name)
                  .withValues(classes.toArray(String[]::new))
                  .toMetadata());
    }
    return DataTypes.createStructField(
        name,
        param.equals(params.predictedLabelCol()) ? DataTypes.StringType : SQLDataTypes.VectorType(),
        nullable);
  }
}
