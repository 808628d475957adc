package io.semimeta.ml.table;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.jobs.JobNames;
import java.util.HashMap;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.NumericType;
import org.apache.spark.sql.types.StringType;
import org.apache.spark.sql.types.StructField;

/**
 * Knows the classes in a table's column of labels, which holds class names or class indices. Null
 * means that an image has no label. Class indices may leave some out, as a fold of a table does:
 * such a class has no image, and is left out of draws.
 *
 * @param name the column's name
 * @param named whether it holds names rather than indices
 * @param classes class names in the order of their indices; names are sorted
 * @param keptNull whether the index after the last class stands for null, as where a StringIndexer
 *     keeps invalid labels
 */
public record LabelColumn(String name, boolean named, List<String> classes, boolean keptNull) {
  /** Marks a label that the table did not have when its classes were listed. */
  static final int UNKNOWN = -2;

  /** Bounds the classes, so that a column of ids or measurements is not taken for labels. */
  private static final int MOST = 100_000;

  private static final String PARAM = "labelCol";

  /** Names the class that StringIndexer makes of rows without a label, the last of its classes. */
  private static final String KEPT_NULL = "__unknown";

  /**
   * Lists the classes, by a Spark job over this column alone.
   *
   * @throws UserError naming what is wrong with the column
   */
  static LabelColumn of(Dataset<Row> table, String name) {
    StructField field = TableColumns.field(table.schema(), PARAM, name);
    boolean named = field.dataType() instanceof StringType;
    if (!named && !(field.dataType() instanceof NumericType)) {
      throw TableColumns.badType(
          PARAM,
          field,
          "a string (a class name) or a number (a class index); cast it"); // booleans have no names
    }
    Column label = col(TableColumns.quoted(name));
    Column value = named ? label : label.cast(DataTypes.DoubleType);
    List<String> metadata = named ? List.of() : names(field);
    OptionalInt keptNull = keptNull(field);
    List<Row> values = distinct(table.where(isKnown(field)).select(value.as("label")));
    if (values.isEmpty()) {
      throw bad(name, "all rows are null; some images need a label");
    }
    if (values.size() > MOST) {
      throw bad(name, "has more than " + MOST + " values; is it a column of classes?");
    }
    if (values.size() == 1) {
      Object only = named ? values.get(0).getString(0) : Shown.number(values.get(0).getDouble(0));
      throw bad(name, "its only label is " + only + "; two classes are needed");
    }
    List<String> classes =
        named
            ? values.stream().map(row -> row.getString(0)).sorted().toList()
            : classes(
                name,
                metadata.subList(0, keptNull.orElse(metadata.size())),
                values.stream().mapToDouble(row -> row.getDouble(0)).sorted().toArray());
    return new LabelColumn(name, named, classes, keptNull.isPresent());
  }

  private static List<Row> distinct(Dataset<Row> labels) {
    JavaSparkContext spark =
        JavaSparkContext.fromSparkContext(labels.sparkSession().sparkContext());
    try (JobNames jobs = JobNames.described(spark, "list the classes")) {
      return labels.distinct().limit(MOST + 1).collectAsList();
    }
  }

  /** Tells in Spark SQL whether a row of a column of labels has one. */
  public static Column isKnown(StructField field) {
    Column label = col(TableColumns.quoted(field.name()));
    OptionalInt keptNull = keptNull(field);
    return keptNull.isPresent()
        ? label.isNotNull().and(label.notEqual(keptNull.getAsInt()))
        : label.isNotNull();
  }

  /** Returns the class index that stands for null in a column, where one does. */
  private static OptionalInt keptNull(StructField field) {
    List<String> names = field.dataType() instanceof StringType ? List.of() : names(field);
    int last = names.size() - 1;
    return last >= 0 && names.get(last).equals(KEPT_NULL)
        ? OptionalInt.of(last)
        : OptionalInt.empty();
  }

  /** Returns the classes' names as the column's metadata have them, or none. */
  private static List<String> names(StructField field) {
    return Attribute.fromStructField(field) instanceof NominalAttribute nominal
            && nominal.values().isDefined()
        ? List.of(nominal.values().get())
        : List.of();
  }

  private static List<String> classes(String column, List<String> names, double[] indices) {
    int largest = 0;
    for (double index : indices) {
      boolean whole = index >= 0 && index == Math.rint(index);
      if (!whole || index >= MOST) {
        String need = whole ? "below " + MOST : "a class index: a whole number from 0 on";
        throw bad(
            column,
            "%s is not %s; an image without a label has null".formatted(Shown.number(index), need));
      }
      largest = Math.max(largest, (int) index);
    }
    if (names.isEmpty()) {
      return IntStream.rangeClosed(0, largest).mapToObj(String::valueOf).toList();
    }
    if (largest >= names.size()) {
      throw bad(
          column,
          "%s is a label, but the column's metadata names %s classes only"
              .formatted(largest, names.size()));
    }
    return List.copyOf(names);
  }

  /**
   * Returns a row's class index in Spark SQL: {@link ImageRecord#NO_LABEL} for null, {@link
   * #UNKNOWN} for a label that is in no class.
   */
  Column index() {
    Column label = col(TableColumns.quoted(name));
    Column index;
    if (named) {
      HashMap<String, Integer> indices = new HashMap<>();
      classes.forEach(name -> indices.put(name, indices.size()));
      UDF1<String, Integer> lookUp =
          text -> text == null ? null : indices.getOrDefault(text, UNKNOWN);
      index = functions.udf(lookUp, DataTypes.IntegerType).apply(label);
    } else {
      Column number = label.cast(DataTypes.DoubleType);
      Column known = number.geq(0).and(number.lt(classes.size()));
      index =
          functions
              .when(
                  keptNull ? label.isNull().or(number.equalTo(classes.size())) : label.isNull(),
                  lit(null))
              .when(known, number.cast(DataTypes.IntegerType))
              .otherwise(UNKNOWN);
    }
    return functions.coalesce(index, lit(ImageRecord.NO_LABEL));
  }

  private static UserError bad(String name, String problem) {
    return new UserError("%s %s: %s".formatted(PARAM, name, problem));
  }
}
