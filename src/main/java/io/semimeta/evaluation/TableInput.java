package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.evaluation.table.PredictionTable;
import io.semimeta.files.DataFiles;
import io.semimeta.files.FileReading;
import io.semimeta.inference.Example;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.commons.lang3.StringUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Names a table with a column of images.
 *
 * @param input where it is
 * @param format its format, which this Spark must know
 * @param imageColumn the column of image files' bytes
 * @param idColumn the column of ids; empty for hashes of the bytes
 * @param kept the columns that go along, {@code *} for all
 */
public record TableInput(
    Path input, String format, String imageColumn, Optional<String> idColumn, List<String> kept)
    implements PredictInput {

  private static final String OF_PATTERNS = "{}[]*?\\";

  /**
   * Cuts files, or puts small ones together, to some 16 MiB. Spark's own default for the first is
   * the number of cores, with which the batches would change.
   */
  private static final Map<String, String> PARTITIONS =
      Map.of(
          "spark.sql.files.minPartitionNum", "1",
          "spark.sql.files.maxPartitionBytes", "16m",
          "spark.sql.files.openCostInBytes", "16k");

  private static final String ALL = "*";
  private static final int IMAGE = 0;
  private static final int ID = 1;
  private static final int PATH = 2;
  private static final int FIRST_KEPT = 3;

  @Override
  public void check(Configuration conf) {
    try {
      DataFiles.fileSystem(input, conf).getFileStatus(input);
    } catch (IOException e) {
      throw new UserError("--input %s: %s".formatted(input, FileReading.reason(e)), e);
    }
  }

  @Override
  public Images images(SparkSession session, Predictor predictor, Path output) {
    SparkSession own = session.newSession();
    PARTITIONS.forEach(own.conf()::set);
    DataFrameReader reader = own.read().format(format);
    if (StringUtils.containsAny(input.toString(), OF_PATTERNS)) {
      reader.option(PredictionTable.AS_PATTERN, false);
    }
    Dataset<Row> table = named("--input-format " + format, () -> reader.load(input.toString()));
    List<String> carried = carried(table.schema());
    List<Column> columns = new ArrayList<>();
    Column image = column(table, "--image-col", imageColumn);
    columns.add(image);
    columns.add(
        idColumn.isPresent()
            ? column(table, "--id-col", idColumn.get())
            : functions.xxhash64(image));
    columns.add(
        hasPath(table.schema())
            ? table.col(PredictedRow.PATH)
            : functions.lit(null).cast(DataTypes.StringType));
    carried.forEach(name -> columns.add(table.col(quoted(name))));
    Dataset<Row> selected = table.select(columns.toArray(Column[]::new));
    StructField[] fields = selected.schema().fields();
    if (!fields[IMAGE].dataType().equals(DataTypes.BinaryType)) {
      throw new UserError(
          "--image-col %s: is of type %s; it must be binary, an image file's bytes"
              .formatted(imageColumn, fields[IMAGE].dataType().catalogString()));
    }
    DataType id = fields[ID].dataType();
    JavaRDD<Example> examples = selected.toJavaRDD().map(TableInput::example);
    return new Images(
        examples, Orientation.EXIF, id, Arrays.asList(fields).subList(FIRST_KEPT, fields.length));
  }

  private static Example example(Row row) {
    Object[] carried = new Object[row.length() - FIRST_KEPT];
    for (int i = 0; i < carried.length; i++) {
      carried[i] = row.get(FIRST_KEPT + i);
    }
    byte[] encoded = (byte[]) row.get(IMAGE);
    return new Example(
        null,
        row.get(ID),
        ImageRecord.NO_LABEL,
        row.getString(PATH),
        encoded,
        encoded == null ? "the table has no image there" : null,
        RowFactory.create(carried));
  }

  private Column column(Dataset<Row> table, String option, String name) {
    boolean whole = Arrays.asList(table.columns()).contains(name);
    return named(option + " " + name, () -> table.col(whole ? quoted(name) : name));
  }

  private static boolean hasPath(StructType schema) {
    return Arrays.stream(schema.fields())
        .anyMatch(
            field ->
                field.name().equals(PredictedRow.PATH)
                    && field.dataType().equals(DataTypes.StringType));
  }

  /** Lists the columns that go along, without those that are there already. */
  private List<String> carried(StructType schema) {
    List<String> known = Arrays.asList(schema.fieldNames());
    boolean all = kept.contains(ALL);
    List<String> carried = new ArrayList<>();
    for (String name : new LinkedHashSet<>(all ? known : kept)) {
      if (!known.contains(name)) {
        throw new UserError(
            "--keep-columns %s: there is no such column, only %s"
                .formatted(name, String.join(", ", known)));
      }
      boolean isThere =
          (name.equals(PredictedRow.PATH) && hasPath(schema))
              || (name.equals(PredictedRow.ID) && idColumn.filter(name::equals).isPresent());
      if (isThere || (all && name.equals(imageColumn))) {
        continue;
      }
      if (PredictedRow.NAMES.contains(name.toLowerCase(Locale.ROOT))) {
        throw new UserError(
            "--keep-columns %s: predict writes a column of this name; leave it out, or rename it"
                .formatted(name));
      }
      carried.add(name);
    }
    return carried;
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  /** Names the option that Spark refuses; its exceptions are checked, but Scala does not say so. */
  private static <T> T named(String option, Callable<T> action) {
    try {
      return action.call();
    } catch (Exception e) {
      throw new UserError(option + ": " + reason(e), e);
    }
  }

  private static String reason(Exception failure) {
    String text = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    boolean unknown =
        failure instanceof ClassNotFoundException
            || failure.getCause() instanceof ClassNotFoundException
            || text.contains("DATA_SOURCE_NOT_FOUND");
    return unknown ? "this Spark knows no such format; add its module by --packages" : text;
  }
}
