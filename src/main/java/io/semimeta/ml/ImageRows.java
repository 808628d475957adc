package io.semimeta.ml;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.prepare.SplitImage;
import io.semimeta.source.ImageSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;

/** Selects what a fit needs of a table: of each row the image, its id, split and label. */
final class ImageRows {
  static final String ID_COL = "idCol";
  static final String VALIDATION_COL = "validationIndicatorCol";

  private static final String IMAGE = "image";
  private static final String ID = "id";
  private static final String VALIDATION = "validation";
  private static final String LABEL = "label";
  private static final String HASH = "hash";
  private static final String PATH = "path";
  private static final String NULL_IMAGE = "null_image";
  private static final Set<DataType> WHOLE =
      Set.of(DataTypes.ByteType, DataTypes.ShortType, DataTypes.IntegerType, DataTypes.LongType);

  private final JavaSparkContext spark;
  private final ImageColumn images;
  private final Dataset<Row> rows;

  /**
   * Selects the columns; nothing is computed yet.
   *
   * @throws io.semimeta.UserError naming a column that is missing or of a wrong type
   */
  ImageRows(JavaSparkContext spark, Dataset<Row> table, TableColumns columns, LabelColumn labels) {
    this.spark = spark;
    ImageColumn given =
        ImageColumn.of(table.schema(), columns.imageCol(), spark.hadoopConfiguration());
    Column image = col(TableColumns.quoted(columns.imageCol()));
    Column id = columns.idCol().map(name -> id(table, name)).orElseGet(() -> given.id(image));
    Column validation =
        columns.validationIndicatorCol().map(name -> flag(table, name)).orElse(lit(false));
    Column label = labels.index();
    this.rows =
        table.select(
            image.as(IMAGE),
            id.as(ID),
            validation.as(VALIDATION),
            label.as(LABEL),
            functions.xxhash64(given.contents(image), label, validation).as(HASH),
            given.path(image).as(PATH));
    this.images = ImageColumn.of(rows.schema(), IMAGE, spark.hadoopConfiguration());
  }

  private static Column id(Dataset<Row> table, String name) {
    StructField field = TableColumns.field(table.schema(), ID_COL, name);
    if (!WHOLE.contains(field.dataType())) {
      throw TableColumns.badType(ID_COL, field, "a whole number, such as bigint");
    }
    return col(TableColumns.quoted(name)).cast(DataTypes.LongType);
  }

  private static Column flag(Dataset<Row> table, String name) {
    StructField field = TableColumns.field(table.schema(), VALIDATION_COL, name);
    if (!field.dataType().equals(DataTypes.BooleanType)) {
      throw TableColumns.badType(VALIDATION_COL, field, "boolean");
    }
    return col(TableColumns.quoted(name));
  }

  /** Returns what the column of images holds. */
  ImageColumn.Kind kind() {
    return images.kind();
  }

  /** Reads all rows, and returns what tells them apart. */
  List<RowFacts> facts() {
    Dataset<Row> facts =
        rows.select(
            col(ID), col(VALIDATION), col(LABEL), col(HASH), col(IMAGE).isNull().as(NULL_IMAGE));
    try (StageProgress progress = new StageProgress(spark, "Hashing");
        JobNames jobs = JobNames.described(spark, "hash the table's images")) {
      return TaskErrors.unwrapped(
          spark, () -> facts.collectAsList().stream().map(RowFacts::of).toList());
    }
  }

  /** Returns the path of the images with an id, where they have one. */
  Optional<String> path(long id) {
    try (JobNames jobs = JobNames.described(spark, "look up an image's path")) {
      return rows.where(col(ID).equalTo(id)).select(PATH).takeAsList(1).stream()
          .filter(row -> !row.isNullAt(0))
          .map(row -> row.getString(0))
          .findFirst();
    }
  }

  /**
   * Reads the images.
   *
   * @param kept the rows that are to be read, which are compared with what is read now
   * @param repeated whether the table holds images of one id more than once
   */
  JavaRDD<SplitImage> images(KeptRows kept, boolean repeated) {
    Dataset<Row> there = rows.where(col(IMAGE).isNotNull());
    if (repeated) {
      String rank = "rank";
      Column order =
          functions
              .row_number()
              .over(
                  Window.partitionBy(ID)
                      .orderBy(
                          col(LABEL).equalTo(ImageRecord.NO_LABEL),
                          functions.not(col(VALIDATION)),
                          col(HASH)));
      there = there.withColumn(rank, order).where(col(rank).equalTo(1)).drop(rank);
    }
    Broadcast<KeptRows> expected = spark.broadcast(kept);
    ImageColumn images = this.images;
    return there.toJavaRDD().map(row -> image(row, images, expected.value()));
  }

  private static SplitImage image(Row row, ImageColumn images, KeptRows expected) {
    long id = row.getAs(ID);
    expected.require(id, row.getAs(HASH));
    boolean validation = row.getAs(VALIDATION);
    int label = row.getAs(LABEL);
    ImageColumn.Read read = images.read(row);
    byte[] bytes = read.bytes() == null ? new byte[0] : read.bytes();
    return new SplitImage(
        validation ? DatasetManifest.VAL : DatasetManifest.TRAIN,
        new ImageSource.Image(
            new ImageRecord(id, label, bytes),
            read.path() == null ? "" : read.path(),
            read.problem()));
  }
}
