package io.semimeta.recordio.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.DatasetManifest.Shard;
import io.semimeta.data.DatasetManifest.Split;
import io.semimeta.data.ManifestFile;
import io.semimeta.image.TestImages;
import io.semimeta.recordio.FaultyFileSystem;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.recordio.RecordPositions;
import io.semimeta.source.TestSources;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.apache.commons.codec.digest.DigestUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.DataFrameReader;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordSourceIT {
  private static final int SIDE = 96; // 28 kB an image

  @TempDir private static Path folder;
  private static LocalSpark spark;
  private static DatasetManifest manifest;
  private static final Set<String> expected = new TreeSet<>();

  @BeforeAll
  static void prepare() throws IOException {
    spark = new LocalSpark("local[2]");
    images("train", "cat", 7);
    images("train", "dog", 5);
    images("train", "unlabelled", 6);
    images("test", "cat", 2);
    images("test", "dog", 3);
    manifest =
        spark.prepare(
            folder.resolve("out"),
            List.of(
                "--format",
                "image-folder",
                "--input",
                folder.resolve("in").toString(),
                "--output",
                folder.resolve("out").toString()));
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static void images(String split, String name, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      byte[] png = TestImages.png(3, SIDE, SIDE, expected.size());
      TestSources.file(folder.resolve("in/" + split + "/" + name + "/" + i + ".png"), png);
      expected.add(split + " " + name + " " + DigestUtils.sha256Hex(png));
    }
  }

  private static DataFrameReader verified(String value) {
    return spark.session().read().format("recordio").option("verify", value);
  }

  private static Dataset<Row> load() {
    return load(folder.resolve("out"));
  }

  private static Dataset<Row> load(Path data) {
    return spark.session().read().format("recordio").load(data.toString());
  }

  private static Set<String> described(Dataset<Row> images) {
    Set<String> all = new TreeSet<>();
    for (Row row : images.collectAsList()) {
      String name = row.getAs("label_name");
      assertEquals(
          name == null ? -1 : List.of("cat", "dog").indexOf(name),
          row.isNullAt(row.fieldIndex("label")) ? -1 : (int) row.<Integer>getAs("label"));
      byte[] bytes = row.getAs("bytes");
      all.add(
          row.getAs("split")
              + (name == null ? " unlabelled " : " " + name + " ")
              + DigestUtils.sha256Hex(bytes));
    }
    return all;
  }

  @Test
  void everyImageIsARow() {
    Dataset<Row> images = load();
    assertEquals(
        "id BIGINT NOT NULL,label INT,label_name STRING,bytes BINARY NOT NULL,split STRING NOT"
            + " NULL,path STRING",
        images.schema().toDDL());
    assertEquals(23, images.count());
    assertEquals(expected, described(images));
    assertEquals(23, images.select("split", "id").distinct().count());
  }

  @Test
  void predicatesAndOtherOrdersOfColumns() {
    Dataset<Row> images = load();
    assertEquals(6, images.where("label IS NULL").count());
    assertEquals(3, images.where("split = 'test' AND label_name = 'dog'").count());
    Row first = images.select("bytes", "id").where("split = 'train' AND id = 0").first();
    assertTrue(expected.contains("train cat " + DigestUtils.sha256Hex(first.<byte[]>getAs(0))));
  }

  @Test
  void eachImageHasItsPath() throws IOException {
    withMaxBytes("60kb", () -> assertPaths(load().select("path", "bytes", "split")));
    assertPaths(load());
    assertEquals(7, load().where("path LIKE 'train/cat/%.png'").count());
    Row dog = load().where("path = 'test/dog/2.png'").select("label_name", "split").first();
    assertEquals(List.of("dog", "test"), List.of(dog.getString(0), dog.getString(1)));
    Dataset<Row> ids = load().select("id");
    Dataset<Row> paths = load().select("id", "path");
    assertTrue(bytesRead(ids) < bytesRead(paths), "paths are read only where asked for");
  }

  private static void assertPaths(Dataset<Row> images) {
    Set<String> read = new TreeSet<>();
    for (Row row : images.collectAsList()) {
      String path = row.getAs("path");
      String[] parts = path.split("/", -1);
      assertEquals(row.<String>getAs("split"), parts[0]);
      byte[] bytes = row.getAs("bytes");
      read.add(parts[0] + " " + parts[1] + " " + DigestUtils.sha256Hex(bytes));
    }
    assertEquals(expected, read);
  }

  /** Data sets of before have none. */
  @Test
  void withoutSidecarsPathsAreNull() throws IOException {
    Path copy = copy("older");
    Map<String, Split> splits = new LinkedHashMap<>();
    manifest
        .splits()
        .forEach(
            (name, split) ->
                splits.put(
                    name,
                    new Split(
                        split.records(),
                        split.unlabelled(),
                        split.perClass(),
                        split.shards().stream()
                            .map(s -> new Shard(s.file(), s.records(), s.bytes(), s.sha256(), null))
                            .toList())));
    Path json = copy.resolve("manifest.json");
    String older = Files.readString(json).replaceAll(",\\s*\"sidecar\" : \\{[^}]*\\}", "");
    assertFalse(older.contains("sidecar"), older);
    Files.writeString(json, older);
    assertEquals(splits, ManifestFile.read(copy.toUri(), new Configuration()).splits());
    try (var files = Files.list(copy)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".meta")).toList()) {
        Files.delete(file);
      }
    }
    assertEquals(expected, described(load(copy)));
    assertEquals(23, load(copy).where("path IS NULL").count());
    assertEquals(expected, described(verified("true").load(copy.toString())));

    String shard = manifest.splits().get("train").shards().get(1).file();
    byte[] bytes = Files.readAllBytes(copy.resolve(shard));
    bytes[100] ^= 1;
    Files.write(copy.resolve(shard), bytes);
    assertEquals(23, load(copy).count(), "nobody compares");
    assertRefused(
        shard + " differs from what prepare wrote", () -> verified("true").load(copy.toString()));
    assertEquals(5, verified("true").option("split", "test").load(copy.toString()).count());
    assertRefused("verify=yes: must be", () -> verified("yes").load(copy.toString()));
  }

  /** Nothing of it is read as if it were sound; what a query skips is not looked at. */
  @Test
  void aDamagedRecordIsNamed() throws IOException {
    Path copy = copy("damaged");
    String shard = manifest.splits().get("train").shards().get(1).file();
    Path records = copy.resolve(shard);
    byte[] good = Files.readAllBytes(records);
    byte[] bad = good.clone();
    bad[good.length / 2] ^= 4; // within an image
    Files.write(records, bad);
    assertRefused(shard + ": the record at byte", () -> load(copy).collectAsList());
    assertEquals(23, load(copy).select("label").collectAsList().size());
    bad = good.clone();
    bad[14] ^= 1; // the first one's label: 0.5 or less, but no class
    Files.write(records, bad);
    assertRefused(shard + ": the record at byte 0", () -> load(copy).select("id").collectAsList());
    assertRefused(
        shard + ": the record at byte 0",
        () -> RecordPositions.scan(spark.context(), copy.toUri(), manifest, "train"));
    Files.write(records, good);
    Path sidecar = copy.resolve(shard.replace(".rec", ".meta"));
    byte[] details = Files.readAllBytes(sidecar);
    details[details.length - 30] ^= 1;
    Files.write(sidecar, details);
    assertRefused(sidecar.getFileName() + " is damaged", () -> load(copy).collectAsList());
    Files.write(sidecar, Arrays.copyOf(details, 40));
    assertRefused(sidecar.getFileName() + " has 40 bytes instead of", () -> load(copy));
  }

  private static Path copy(String name) throws IOException {
    Path copy = folder.resolve(name);
    Files.createDirectories(copy);
    try (var files = Files.list(folder.resolve("out"))) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  @Test
  void sqlReadsAView() {
    spark
        .session()
        .sql(
            "CREATE OR REPLACE TEMPORARY VIEW images USING recordio OPTIONS (path '"
                + folder.resolve("out").toUri()
                + "', split 'train')");
    Map<String, Long> counts = new TreeMap<>();
    spark
        .session()
        .sql("SELECT label_name, count(*) FROM images GROUP BY label_name")
        .collectAsList()
        .forEach(row -> counts.put(String.valueOf(row.getString(0)), row.getLong(1)));
    assertEquals(Map.of("cat", 7L, "dog", 5L, "null", 6L), counts);
  }

  @Test
  void withoutBytesTheImagesAreSkipped() {
    Dataset<Row> labels = load().select("id", "label_name").where("label IS NOT NULL");
    String plan = labels.queryExecution().executedPlan().toString();
    assertFalse(plan.contains("bytes#"), plan);
    long read = bytesRead(labels);
    assertTrue(read > 0 && 10 * read < bytesRead(load()), "read " + read);
  }

  @SuppressWarnings("deprecation") // what replaces it is no shorter
  private static long bytesRead(Dataset<Row> images) {
    FileSystem.clearStatistics();
    images.collectAsList();
    return FileSystem.getAllStatistics().stream()
        .filter(statistics -> statistics.getScheme().equals("file"))
        .mapToLong(FileSystem.Statistics::getBytesRead)
        .sum();
  }

  @Test
  void largeShardsAreCut() {
    int shards = manifest.splits().values().stream().mapToInt(split -> split.shards().size()).sum();
    assertEquals(shards, load().rdd().getNumPartitions());
    withMaxBytes(
        "60kb",
        () -> {
          assertTrue(load().rdd().getNumPartitions() > shards);
          assertEquals(expected, described(load()));
        });
    withMaxBytes("1", () -> assertEquals(23, load().rdd().getNumPartitions()));
  }

  /** The driver of a large set would wait for each of its shards. */
  @Test
  void planningOpensNoFile() {
    FaultyFileSystem.configure(spark.context().hadoopConfiguration());
    withMaxBytes(
        "60kb",
        () -> {
          Dataset<Row> images =
              spark.session().read().format("recordio").load("faulty:" + folder.resolve("out"));
          int before = FaultyFileSystem.OPENED.get();
          int parts = images.rdd().getNumPartitions();
          assertEquals(before, FaultyFileSystem.OPENED.get());
          assertEquals(expected, described(images));
          assertTrue(FaultyFileSystem.OPENED.get() >= before + parts);
        });
  }

  private static void withMaxBytes(String bytes, Runnable test) {
    String key = "spark.sql.files.maxPartitionBytes";
    spark.session().conf().set(key, bytes);
    try {
      test.run();
    } finally {
      spark.session().conf().unset(key);
    }
  }

  @Test
  void oneSplit() {
    Dataset<Row> test =
        spark
            .session()
            .read()
            .format("recordio")
            .option("split", "test")
            .load(folder.resolve("out").toString());
    assertEquals(5, test.count());
    assertEquals(5, test.where("split = 'test'").count());
    assertRefused(
        "has no split 'val'",
        () ->
            spark
                .session()
                .read()
                .format("recordio")
                .option("split", "val")
                .load(folder.resolve("out").toString()));
  }

  @Test
  void badDataIsNamed() throws IOException {
    assertRefused("holds no manifest.json", () -> load(folder.resolve("in")));
    assertRefused("Cannot read a:b", () -> spark.session().read().format("recordio").load("a:b"));
    assertRefused("as path", () -> spark.session().read().format("recordio").load());
    Path copy = copy("copy");
    String shard = manifest.splits().get("train").shards().get(2).file();
    Path records = copy.resolve(shard);
    Path index = copy.resolve(shard.replace(".rec", ".idx"));
    Dataset<Row> images = load(copy);

    List<String> lines = Files.readAllLines(index);
    Files.write(index, lines.subList(1, lines.size()));
    withMaxBytes("1", () -> assertRefused(shard + ": its index", images::count));
    Files.write(index, "1 2\n".getBytes(StandardCharsets.US_ASCII));
    withMaxBytes(
        "1",
        () -> assertRefused(index.getFileName() + " line 1: no key and offset", images::count));

    byte[] bytes = Files.readAllBytes(records);
    Files.write(records, Arrays.copyOf(bytes, bytes.length - 9));
    assertRefused(shard + ": broken record at byte", () -> images.collectAsList());
    assertRefused(shard + ": broken record at byte", images::count);
    // Where the last record is missing altogether, no frame is broken.
    int last = Integer.parseInt(lines.get(lines.size() - 1).split("\t", 2)[1]);
    Files.write(records, Arrays.copyOf(bytes, last));
    assertRefused(shard + " ends before its last record", images::count);
    assertRefused(shard + " has " + last + " bytes", () -> load(copy));
  }

  private static void assertRefused(String message, Runnable read) {
    Exception failure = assertThrows(Exception.class, read::run);
    String told = UserError.messageIn(failure).orElseThrow(() -> new AssertionError(failure));
    assertTrue(told.contains(message), told);
  }

  @Test
  void theJarRegistersTheFormat() throws IOException {
    File jar = new File(System.getProperty("semimeta.jar"));
    try (JarFile file = new JarFile(jar)) {
      String name = "META-INF/services/org.apache.spark.sql.sources.DataSourceRegister";
      try (var in = file.getInputStream(file.getEntry(name))) {
        String services = new String(in.readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(services.contains(RecordSource.class.getName()), services);
      }
    }
  }
}
