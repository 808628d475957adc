package io.semimeta.ml.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ImageRecord;
import io.semimeta.image.ImageDecoder;
import io.semimeta.image.TestImages;
import io.semimeta.source.TestSources;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.junit.jupiter.api.Test;

/** Data sets of tables' images. */
class MaterialisedIT extends TableRun {
  @Test
  void recordFilesAreThoseOfTheCommand() throws IOException {
    Path input = folder.resolve("pets");
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      String of = i < 4 ? "cat" : i < 7 ? "dog" : null;
      byte[] image =
          i % 2 == 0
              ? TestImages.png(3, 6, 8, i)
              : TestImages.toBeTurned(TestImages.jpeg(9, 7, 0x0a141e * i));
      TestSources.file(input.resolve((of == null ? "unlabelled" : of) + "/" + i), image);
      Files.move(
          input.resolve((of == null ? "unlabelled" : of) + "/" + i),
          input.resolve((of == null ? "unlabelled" : of) + "/" + i + ".jpg"));
      rows.add(row(i, of, image));
    }
    Path output = folder.resolve("by-command");
    DatasetManifest expected =
        spark.prepare(
            output,
            List.of(
                "--format",
                "image-folder",
                "--input",
                input.toString(),
                "--output",
                output.toString(),
                "--test-fraction",
                "0"));
    DatasetManifest made = fit(table(rows).repartition(3), WITH_ID).manifest();
    assertEquals(
        expected.withoutSidecars().splits(), made.withoutSidecars().splits(), "SHA-256 and all");
    assertEquals(4, made.splits().get("train").shards().size());
    assertEquals(expected.mean(), made.mean());
    assertEquals(expected.std(), made.std());
    assertEquals(expected.classes(), made.classes());
    assertEquals(expected.orientation(), made.orientation());
  }

  @Test
  void bytesPathsAndStructsGiveTheSamePixels() throws IOException {
    Path input = folder.resolve("kinds");
    TestSources.file(input.resolve("0.png"), TestImages.png(3, 5, 7, 1));
    TestSources.file(input.resolve("1.png"), TestImages.png(1, 5, 7, 2));
    BufferedImage clear = new BufferedImage(7, 5, BufferedImage.TYPE_INT_ARGB);
    Random random = new Random(3);
    for (int i = 0; i < 35; i++) {
      clear.setRGB(i % 7, i / 7, random.nextInt());
    }
    TestSources.file(input.resolve("2.png"), TestImages.encode(clear, "png"));
    Dataset<Row> files = spark.session().read().format("binaryFile").load(input.toString());
    Dataset<Row> structs = spark.session().read().format("image").load(input.toString());
    Map<Long, byte[]> ofBytes = pixels(fit(numbered(files, "content", "path"), WITH_ID));
    assertEquals(3, ofBytes.size());
    for (Dataset<Row> table :
        List.of(numbered(files, "path", "path"), numbered(structs, "image", "image.origin"))) {
      Map<Long, byte[]> others = pixels(fit(table, WITH_ID));
      assertEquals(ofBytes.keySet(), others.keySet());
      ofBytes.forEach((id, pixels) -> assertArrayEquals(pixels, others.get(id), "image " + id));
    }
  }

  private static Dataset<Row> numbered(Dataset<Row> files, String image, String path) {
    return files.selectExpr(
        image + " AS image",
        "CAST(regexp_extract(" + path + ", '([0-9]+).png', 1) AS INT) AS id",
        "CAST(regexp_extract(" + path + ", '([0-9]+).png', 1) AS DOUBLE) AS label");
  }

  private Map<Long, byte[]> pixels(Materialised made) throws IOException {
    Map<Long, byte[]> pixels = new TreeMap<>();
    for (ImageRecord record : records(made, "train").values()) {
      pixels.put(
          record.id(),
          ImageDecoder.decode(record.encoded(), 3, made.manifest().orientation()).pixels());
    }
    return pixels;
  }

  @Test
  void withoutIdsTheSamePathOrBytesAreOneImage() throws IOException {
    Dataset<Row> files = pathTable("once", 6);
    Dataset<Row> twice = files.union(files.withColumn("label", functions.lit(null)));
    Materialised made = fit(twice.repartition(3), WITHOUT_ID);
    assertEquals(6, made.repeated());
    assertEquals(0, made.leftOut());
    assertEquals(List.of(3L, 3L), made.manifest().splits().get("train").perClass());
    List<Row> ids = files.selectExpr("xxhash64(image)").collectAsList();
    ids.forEach(id -> assertTrue(records(made, "train").containsKey(id.getLong(0))));

    Materialised ofBytes =
        fit(table(cats(5)).union(table(cats(5))).withColumn("label", label()), WITHOUT_ID);
    assertEquals(5, ofBytes.manifest().splits().get("train").records());
    Dataset<Row> contradicting =
        files.union(files.withColumn("label", functions.lit("bird")).limit(1));
    String words = ".png, is there twice, with the labels bird and cat; correct one";
    assertRefused(words, contradicting, WITHOUT_ID, true);
    assertRefused(words, contradicting.orderBy("label"), WITHOUT_ID, true);
  }

  @Test
  void twoImagesOfOneIdAreRefused() throws IOException {
    List<Row> rows = cats(6);
    rows.add(row(3, "dog", TestImages.png(3, 4, 4, 99)));
    assertRefused("idCol id: two images have the id 3;", table(rows), WITH_ID, true);
    Dataset<Row> split = table(rows).withColumn("val", functions.expr("label = 'dog'"));
    assertRefused("idCol id: two images have the id 3;", split, WITH_VAL, true);
    assertRefused(
        "idCol id: is null in 1 rows;",
        table(cats(6)).withColumn("id", functions.expr("nullif(id, 2)")),
        WITH_ID,
        true);
  }

  @Test
  void whatCannotBeDecodedIsNamedOrLeftOut() throws IOException {
    List<Row> rows = cats(8);
    rows.set(2, row(2, "cat", new byte[] {1, 2, 3}));
    rows.set(5, row(5, null, new byte[0]));
    assertRefused("Image 2: ", table(rows), WITH_ID, false);
    assertRefused("2 images cannot be read, see ", table(rows), WITH_ID, false);
    rows.set(3, row(3, "dog", null));
    assertRefused(
        "imageCol image: is null in 1 rows, first of image 3; handleInvalid=skip",
        table(rows),
        WITH_ID,
        false);
    Materialised made = fit(table(rows), WITH_ID);
    assertEquals(3, made.leftOut());
    assertEquals(5, made.manifest().splits().get("train").records());
    Materialised again = fit(table(rows), WITH_ID);
    assertEquals(made.folder(), again.folder());
    assertEquals(3, again.leftOut());
  }

  @Test
  void aMissingFileAndAnInvalidStructAreImagesThatCannotBeRead() throws IOException {
    Dataset<Row> files = pathTable("some", 6);
    Dataset<Row> more =
        files.union(spark.session().sql("SELECT 'file:" + folder + "/some/gone.png', 'dog', 77L"));
    assertRefused("gone.png): no such file or folder; it is the only", more, WITH_ID, false);
    assertEquals(1, fit(more, WITH_ID).leftOut());
    TestSources.file(folder.resolve("structs/7.png"), TestImages.png(3, 4, 4, 1));
    TestSources.file(folder.resolve("structs/8.png"), TestImages.png(3, 4, 4, 2));
    TestSources.file(folder.resolve("structs/9.png"), new byte[] {1});
    Dataset<Row> structs =
        numbered(
            spark.session().read().format("image").load(folder.resolve("structs").toString()),
            "image",
            "image.origin");
    assertRefused("9.png): is marked as one that could", structs, WITH_ID, false);
    assertEquals(1, fit(structs, WITH_ID).leftOut());
  }

  @Test
  void theSameImagesArePreparedOnce() throws IOException {
    List<Row> rows = cats(8);
    Materialised first = fit(table(rows), WITH_ID);
    FileTime written = Files.getLastModifiedTime(local(first).resolve("manifest.json"));
    Materialised second = fit(table(rows).repartition(5).filter("id >= 0"), WITH_ID);
    assertEquals(first.folder(), second.folder());
    assertEquals(first.manifest(), second.manifest());
    assertEquals(written, Files.getLastModifiedTime(local(first).resolve("manifest.json")));

    rows.set(1, row(1, "cat", TestImages.png(3, 4, 4, 77)));
    assertNotEquals(first.folder(), fit(table(rows), WITH_ID).folder());
    rows = cats(8);
    rows.set(1, row(1, null, TestImages.png(3, 4, 4, 1)));
    assertNotEquals(first.folder(), fit(table(rows), WITH_ID).folder());

    Files.write(local(first).resolve("train-00000-of-00004.rec"), new byte[] {1});
    assertRefused("remove the folder " + first.folder(), table(cats(8)), WITH_ID, true);
  }

  @Test
  void aChangedFileIsAnotherImage() throws IOException {
    Dataset<Row> files = pathTable("changing", 6);
    Materialised before = fit(files, WITH_ID);
    assertEquals(before.folder(), fit(files, WITH_ID).folder());
    TestSources.file(folder.resolve("changing/3.png"), TestImages.png(3, 4, 4, 1234));
    Files.setLastModifiedTime(folder.resolve("changing/3.png"), FileTime.fromMillis(1));
    Materialised after = fit(files, WITH_ID);
    assertNotEquals(before.folder(), after.folder());
    assertArrayEquals(TestImages.png(3, 4, 4, 1234), records(after, "train").get(3L).encoded());
  }

  private static final AtomicInteger CALLS = new AtomicInteger();

  @Test
  void aTableThatChangesWhenItIsReadAgainIsRefused() throws IOException {
    UDF1<Long, byte[]> other = id -> TestImages.png(3, 4, 4, CALLS.incrementAndGet());
    Dataset<Row> changing =
        table(cats(6))
            .withColumn(
                "image",
                functions
                    .udf(other, DataTypes.BinaryType)
                    .asNondeterministic()
                    .apply(functions.col("id")));
    assertRefused("gives other rows when it is computed again", changing, WITH_ID, true);
    assertRefused("gives other rows when it is computed again", changing, WITHOUT_ID, true);
  }

  @Test
  void theValidationIndicatorMakesASplit() throws IOException {
    Dataset<Row> table = table(cats(9)).withColumn("val", functions.expr("id % 3 = 0"));
    Materialised made = fit(table, WITH_VAL);
    assertEquals(6, made.manifest().splits().get("train").records());
    assertEquals(List.of(0L, 3L, 6L), List.copyOf(records(made, "val").keySet()));
    assertFalse(made.manifest().splits().containsKey("test"));
    assertRefused(
        "validationIndicatorCol val: is null in 3 rows;",
        table.withColumn("val", functions.expr("nullif(val, true)")),
        WITH_VAL,
        true);
    assertRefused(
        "validationIndicatorCol val: is of type int;",
        table.withColumn("val", functions.lit(1)),
        WITH_VAL,
        true);
  }

  @Test
  void columnsOfOtherTypesAreRefused() throws IOException {
    Dataset<Row> table = table(cats(4));
    assertRefused(
        "imageCol image: is of type bigint; it must be binary (an image file's bytes), a string",
        table.withColumn("image", functions.col("id")),
        WITH_ID,
        true);
    assertRefused("imageCol image: there is no such", table.drop("image"), WITH_ID, true);
    assertRefused(
        "idCol id: is of type string; it must be a whole number",
        table.withColumn("id", functions.expr("string(id)")),
        WITH_ID,
        true);
  }
}
