package io.semimeta.ml.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.ImageRecord;
import io.semimeta.data.Orientation;
import io.semimeta.image.TestImages;
import io.semimeta.prepare.Resizing;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.source.TestSources;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Makes tables of images, and data sets of them, in the test's own JVM. */
abstract class TableRun {
  static final TableColumns WITH_ID =
      new TableColumns("image", "label", Optional.of("id"), Optional.empty());
  static final TableColumns WITHOUT_ID =
      new TableColumns("image", "label", Optional.empty(), Optional.empty());
  static final TableColumns WITH_VAL =
      new TableColumns("image", "label", Optional.of("id"), Optional.of("val"));

  static LocalSpark spark;

  @TempDir Path folder;

  @BeforeAll
  static void start() {
    spark = new LocalSpark("local[2]", Map.of("spark.sql.shuffle.partitions", "3"));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  static Row row(long id, String label, byte[] image) {
    return RowFactory.create(image, label, id);
  }

  static Dataset<Row> table(List<Row> rows) {
    StructType schema =
        new StructType()
            .add("image", DataTypes.BinaryType)
            .add("label", DataTypes.StringType)
            .add("id", DataTypes.LongType);
    return spark.session().createDataFrame(rows, schema);
  }

  /** Rows of images, of which every other one is a dog. */
  static List<Row> cats(int count) {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(row(i, i % 2 == 0 ? "cat" : "dog", TestImages.png(3, 4, 4, i)));
    }
    return rows;
  }

  static Column label() {
    return functions.expr("if(id < 2, label, NULL)");
  }

  /** The same images as files. */
  Dataset<Row> pathTable(String name, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      TestSources.file(folder.resolve(name + "/" + i + ".png"), TestImages.png(3, 4, 4, i));
    }
    String root = folder.resolve(name) + "/";
    return table(cats(count))
        .withColumn("image", functions.concat(functions.lit(root), functions.expr("id || '.png'")));
  }

  Materialised fit(Dataset<Row> table, TableColumns columns) throws IOException {
    return fit(table, columns, true);
  }

  private Materialised fit(Dataset<Row> table, TableColumns columns, boolean leaveOutInvalid)
      throws IOException {
    return Materialised.of(
        spark.session(),
        table,
        columns,
        new org.apache.hadoop.fs.Path(folder.resolve("work").toUri()),
        leaveOutInvalid,
        new Resizing(0, 0, 95, Orientation.EXIF));
  }

  void assertRefused(
      String words, Dataset<Row> table, TableColumns columns, boolean leaveOutInvalid) {
    assertError(words, () -> fit(table, columns, leaveOutInvalid));
  }

  static void assertError(String words, org.junit.jupiter.api.function.Executable action) {
    UserError error = assertThrows(UserError.class, action);
    assertTrue(error.getMessage().contains(words), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  static Path local(Materialised made) {
    return Path.of(made.folder().toUri().getPath());
  }

  static Map<Long, ImageRecord> records(Materialised made, String split) {
    Map<Long, ImageRecord> byId = new TreeMap<>();
    RecordFiles.rdd(spark.context(), made.folder().toUri(), made.manifest(), split, 2, 1, false)
        .collect()
        .forEach(image -> byId.put(image.record().id(), image.record()));
    return byId;
  }
}
