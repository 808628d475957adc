package io.semimeta.evaluation;

import static java.nio.ByteOrder.LITTLE_ENDIAN;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.OutputException;
import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.MeantCheckpoint;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.table.Mode;
import io.semimeta.evaluation.table.PredictionTable;
import io.semimeta.figures.PlotJob;
import io.semimeta.figures.PlotRequest;
import io.semimeta.files.FullDisk;
import io.semimeta.files.LeasedPlace;
import io.semimeta.format.SourceFormat;
import io.semimeta.image.TestImages;
import io.semimeta.inference.LoadedNetwork;
import io.semimeta.inference.Scored;
import io.semimeta.inference.TrainedModel;
import io.semimeta.inference.Wanted;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TestRequest;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.source.TestSources;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.lang3.ArrayUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.mapreduce.JobContext;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.parquet.hadoop.ParquetOutputCommitter;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** A network of the sample, and the sample's images as a data set, as files and as a table. */
class PredictIT {
  private static final int STEPS = 150;
  private static final int IMAGES = 150;
  private static final Pattern QUERY = Pattern.compile("(?s)```sql\n(.*?)```");

  @TempDir private static Path folder;
  private static LocalSpark spark;
  private static Path run;
  private static DatasetManifest manifest;

  @BeforeAll
  static void train() throws IOException {
    spark = new LocalSpark("local[2]");
    run = folder.resolve("run");
    TrainingRequest request =
        TrainingRequest.of(
                DataRequest.drawn(TestRequest.SAMPLE, 400, 0),
                ScheduleRequest.ofSteps(STEPS).withKind(ScheduleRequest.Kind.COSINE),
                RunRequest.to(run.toString()).withCheckpointEvery(OptionalLong.of(STEPS)))
            .withBatch(new BatchOptions(20, 0, false))
            .withNetwork(new NetworkRequest("convlarge", 0.05))
            .withMethod(
                StepOptions.defaults().withMethod(StepOptions.Method.SUPERVISED).withWeight(0))
            .withDevice("cpu")
            .withSeed(3);
    EngineOptions patience =
        new EngineOptions(EngineKind.BARRIER, 0, Duration.ofMinutes(2), Duration.ofMinutes(5));
    new TrainingJob(spark.session(), request, patience).run(new TrainingListener() {});
    images();
    Path data = folder.resolve("data");
    String in = folder.resolve("images").toString();
    DatasetManifest made =
        spark.prepare(
            data, List.of("--format", "image-folder", "--input", in, "--output", data.toString()));
    manifest = withClasses(made, ManifestFile.read(sample(), new Configuration()).classes());
    ManifestFile.write(manifest, data.toUri(), new Configuration());
  }

  private static URI sample() {
    return Path.of(TestRequest.SAMPLE).toAbsolutePath().toUri();
  }

  /** A class of the sample has a slash in its name, which no folder can have. */
  private static DatasetManifest withClasses(DatasetManifest old, List<String> classes) {
    return new DatasetManifest(
        old.schemaVersion(),
        old.name(),
        classes,
        old.channels(),
        old.height(),
        old.width(),
        old.orientation(),
        old.mean(),
        old.std(),
        old.splits(),
        old.labelled(),
        old.passedOver());
  }

  /** Writes some of the sample's test images as files, by class, and as a table. */
  private static void images() throws IOException {
    Dataset<Row> sample =
        spark.session().read().format("recordio").option("split", "test").load(TestRequest.SAMPLE);
    Dataset<Row> some = sample.orderBy("id").limit(IMAGES);
    for (Row row : some.select("id", "label", "bytes").collectAsList()) {
      String name = String.format(Locale.ROOT, "%d/%05d.png", row.getInt(1), row.getLong(0));
      TestSources.file(folder.resolve("images").resolve(name), (byte[]) row.get(2));
      if (row.getLong(0) < 20) {
        String flat = String.format(Locale.ROOT, "flat/%05d.png", row.getLong(0));
        TestSources.file(folder.resolve(flat), (byte[]) row.get(2));
      }
    }
    TestSources.file(folder.resolve("flat/below/larger.jpg"), photograph());
    TestSources.file(folder.resolve("flat/broken.png"), new byte[] {1, 2, 3});
    some.selectExpr(
            "concat('image ', id) AS key",
            "if(id = 5, NULL, bytes) AS content",
            "map('n', id) AS more",
            "label AS truth")
        .repartition(3)
        .write()
        .parquet(folder.resolve("table").toString());
  }

  /** Grey, and twice as large as the network's images. */
  private static byte[] photograph() throws IOException {
    return TestImages.png(1, 28, 28, 7);
  }

  @AfterAll
  static void stop() {
    spark.close();
  }

  private static org.apache.hadoop.fs.Path hadoop(Path path) {
    return new org.apache.hadoop.fs.Path("file:" + path);
  }

  private static PredictJob.Result predict(PredictInput input, String output, Mode mode)
      throws IOException {
    return predict(input, output, mode, false);
  }

  private static PredictJob.Result predict(
      PredictInput input, String output, Mode mode, boolean features) throws IOException {
    return job(input, output, mode, features).run(spark.session());
  }

  private static PredictJob job(PredictInput input, String output, Mode mode, boolean features)
      throws IOException {
    PredictRequest request =
        new PredictRequest(hadoop(run), input, hadoop(folder.resolve(output)), mode, features);
    return new PredictJob(request, spark.context().hadoopConfiguration());
  }

  private static PredictInput prepared() {
    return new PreparedInput(hadoop(folder.resolve("data")), Optional.empty(), true);
  }

  private static TableInput table(String... kept) {
    return new TableInput(
        hadoop(folder.resolve("table")), "parquet", "content", Optional.of("key"), List.of(kept));
  }

  private static Dataset<Row> rows(String output) {
    return spark
        .session()
        .read()
        .option(PredictionTable.AS_PATTERN, false)
        .parquet(folder.resolve(output).toString());
  }

  private static void assertRefused(String words, PredictInput input, String output, Mode mode) {
    UserError error = assertThrows(UserError.class, () -> predict(input, output, mode));
    assertTrue(error.getMessage().contains(words), error.getMessage());
    assertEquals(1, error.getMessage().lines().count());
  }

  /** What lies beside the given outputs, hidden files too. */
  private static List<String> beside(String name) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(file -> file.contains(name))
          .sorted()
          .toList();
    }
  }

  @Test
  void aDataSetsImagesAreRowsWhoseFiguresAreThoseOfEvaluate() throws IOException {
    PredictJob.Result result = predict(prepared(), "of-data", Mode.ERRORIFEXISTS);
    assertEquals(IMAGES, result.images());
    assertEquals(0, result.errors());
    EvaluateRequest request =
        new EvaluateRequest(
            hadoop(run),
            hadoop(folder.resolve("data")),
            "test",
            Optional.empty(),
            Optional.empty());
    Evaluation evaluation = EvaluateJob.run(spark.session(), request);
    Row row =
        rows("of-data")
            .where("split = 'test'")
            .selectExpr(
                "count(*)",
                "avg(if(predicted = label, 0.0, 1.0))",
                "avg(-ln(probabilities[label]))",
                "min(if(size(probabilities) = 10 AND probabilities[predicted] = float(confidence)"
                    + " AND margin <= confidence AND entropy BETWEEN 0 AND ln(10), 1, 0))",
                "min(if(path LIKE concat(label, '/%'), 1, 0))")
            .first();
    assertEquals(evaluation.examples(), row.getLong(0));
    assertEquals(evaluation.top1Error(), row.getDecimal(1).doubleValue(), 1e-4);
    assertEquals(evaluation.crossEntropy(), row.getDouble(2), 1e-5);
    assertEquals(1, row.getInt(3));
    assertEquals(1, row.getInt(4), "paths and labels fit");
    assertTrue(evaluation.top1Error() < 0.8, "the network has learned something");
    assertEquals(List.of("of-data"), beside("of-data"));
    assertEquals(0, LoadedNetwork.loaded());
  }

  @Test
  void anyNumberOfTasksGivesTheSameBits() throws IOException {
    TrainedModel model = TrainedModel.read(hadoop(run), spark.context().hadoopConfiguration());
    Map<Long, float[]> expected = null;
    try (Predictor predictor =
        new Predictor(spark.context(), model, spark.context().hadoopConfiguration())) {
      for (int tasks : new int[] {1, 2, 3}) {
        var images =
            predictor.prepared(folder.resolve("data").toUri(), manifest, "train", tasks, false);
        assertEquals(tasks, images.getNumPartitions());
        Map<Long, float[]> logits = new TreeMap<>();
        predictor
            .predict(images, manifest.orientation(), true, Wanted.LOGITS)
            .collect()
            .forEach(one -> logits.put((Long) one.example().id(), one.logits()));
        expected = expected == null ? logits : expected;
        assertEquals(expected.keySet(), logits.keySet());
        for (Map.Entry<Long, float[]> one : expected.entrySet()) {
          assertArrayEquals(one.getValue(), logits.get(one.getKey()), tasks + " tasks");
        }
      }
      assertEquals(1, LoadedNetwork.loaded(), "one network for all tasks of the JVM");
    }
  }

  /** Features come of the pass that gives the logits; each has the bits that it has alone. */
  @Test
  void featuresChangeNoOtherColumn() throws IOException {
    predict(prepared(), "with-features", Mode.ERRORIFEXISTS, true);
    Dataset<Row> with = rows("with-features");
    Dataset<Row> without = predictedOnce();
    assertEquals(IMAGES, without.count());
    assertTrue(with.drop("features").exceptAll(without).isEmpty());
    assertTrue(without.exceptAll(with.drop("features")).isEmpty());
    TrainedModel model = TrainedModel.read(hadoop(run), spark.context().hadoopConfiguration());
    try (Predictor predictor =
        new Predictor(spark.context(), model, spark.context().hadoopConfiguration())) {
      var images = predictor.prepared(folder.resolve("data").toUri(), manifest, "test", 0, false);
      List<Scored> alone =
          predictor.predict(images, manifest.orientation(), true, Wanted.FEATURES).collect();
      assertFalse(alone.isEmpty());
      for (Scored one : alone) {
        Row row = with.where("split = 'test'").where("id = " + one.example().id()).first();
        List<Float> features = row.getList(row.fieldIndex("features"));
        assertEquals(features, Arrays.asList(ArrayUtils.toObject(one.features())));
        assertNull(one.logits());
      }
    }
  }

  /** About half of the images' logits are beyond what a float holds. */
  @Test
  void imagesWithoutFiniteOutputsAreRowsWithAnError() throws IOException {
    double typical =
        predictedOnce()
            .selectExpr(
                "percentile(abs(ln(array_max(probabilities)/array_min(probabilities))), 0.5)")
            .first()
            .getDouble(0);
    Path huge = scaled("huge", "classifier.", (float) (Float.MAX_VALUE / typical));
    PredictRequest request =
        new PredictRequest(
            hadoop(huge), prepared(), hadoop(folder.resolve("of-huge")), Mode.ERRORIFEXISTS, true);
    PredictJob.Result result =
        new PredictJob(request, spark.context().hadoopConfiguration()).run(spark.session());
    assertEquals(IMAGES, result.images());
    assertTrue(result.errors() > 0 && result.errors() < IMAGES, result.errors() + " errors");
    Dataset<Row> rows = rows("of-huge");
    Dataset<Row> lost = rows.where("error = 'the network\\'s outputs are not finite'");
    assertEquals(result.errors(), lost.count());
    for (String column :
        List.of("predicted", "class", "confidence", "probabilities", "features", "margin")) {
      assertEquals(0, lost.where(column + " IS NOT NULL").count(), column);
    }
    assertEquals(lost.count(), lost.where("path IS NOT NULL AND label IS NOT NULL").count());
    Dataset<Row> others = rows.where("error IS NULL").select("split", "id", "predicted");
    assertTrue(others.exceptAll(predictedOnce().select("split", "id", "predicted")).isEmpty());

    EvaluateRequest evaluate =
        new EvaluateRequest(
            hadoop(huge),
            hadoop(folder.resolve("data")),
            "train",
            Optional.of(hadoop(folder.resolve("huge.json"))),
            Optional.empty());
    UserError error =
        assertThrows(UserError.class, () -> EvaluateJob.run(spark.session(), evaluate));
    assertTrue(
        error
            .getMessage()
            .matches(
                "--checkpoint .*: the network's outputs are not finite for image"
                    + " [0-9]+, so the network has diverged; name an earlier checkpoint"),
        error.getMessage());
    assertFalse(Files.exists(folder.resolve("huge.json")));
  }

  /** The same run with a layer whose weights are multiplied. */
  private static Path scaled(String name, String layer, float factor) throws IOException {
    Configuration conf = spark.context().hadoopConfiguration();
    Checkpoint trained =
        CheckpointStore.readFolder(MeantCheckpoint.resolve(hadoop(run).toString(), conf), conf);
    Map<String, StoredTensor> tensors = new LinkedHashMap<>(trained.model());
    tensors.replaceAll(
        (tensor, stored) -> {
          if (!tensor.startsWith(layer)) {
            return stored;
          }
          ByteBuffer bytes = ByteBuffer.allocate(stored.data().remaining()).order(LITTLE_ENDIAN);
          FloatBuffer values = stored.data().asFloatBuffer();
          while (values.hasRemaining()) {
            bytes.putFloat(factor * values.get());
          }
          return new StoredTensor(stored.dtype(), stored.shape(), bytes.flip());
        });
    Path output = folder.resolve(name);
    new CheckpointStore(hadoop(output), conf)
        .write(new Checkpoint(trained.step(), tensors, trained.optimizer(), trained.state()));
    return output;
  }

  @Test
  void aFolderNeedsNoClassesAndNoPreparation() throws IOException {
    SourceInput flat =
        new SourceInput(
            hadoop(folder.resolve("flat")), SourceFormat.IMAGE_FOLDER, Optional.empty());
    PredictJob.Result result = predict(flat, "of-flat", Mode.ERRORIFEXISTS, true);
    assertEquals(22, result.images());
    assertEquals(1, result.errors());
    Row broken = rows("of-flat").where("error IS NOT NULL").first();
    assertEquals("broken.png", broken.getAs("path"));
    for (String column : List.of("label", "predicted", "class", "probabilities", "features")) {
      assertTrue(broken.isNullAt(broken.fieldIndex(column)), column);
    }
    Row larger = rows("of-flat").where("path = 'below/larger.jpg'").first();
    assertEquals(10, larger.<Object>getList(larger.fieldIndex("probabilities")).size());
    Dataset<Row> features = rows("of-flat").selectExpr("size(features) AS n").where("n > 0");
    assertEquals(21, features.count());
    assertEquals(1, features.distinct().count());

    SourceInput classes =
        new SourceInput(
            hadoop(folder.resolve("images")), SourceFormat.IMAGE_FOLDER, Optional.empty());
    predict(classes, "of-images", Mode.ERRORIFEXISTS);
    Dataset<Row> ofData = predictedOnce().selectExpr("path", "confidence AS c");
    Row same =
        rows("of-images")
            .join(ofData, "path")
            .selectExpr("count(*)", "max(abs(confidence - c))", "count(label)")
            .first();
    assertEquals(IMAGES, same.getLong(0));
    assertEquals(0, same.getDouble(1), 1e-5);
    assertEquals(0, same.getLong(2), "the network knows no classes 0 to 9");
  }

  @Test
  void anImageBesideFoldersOfClassesIsRefused() throws IOException {
    TestSources.file(folder.resolve("astray/0.png"), photograph());
    TestSources.file(folder.resolve("astray").resolve(known()).resolve("1.png"), photograph());
    assertRefused(
        "holds images beside its folders, such as 0.png",
        new SourceInput(
            hadoop(folder.resolve("astray")), SourceFormat.IMAGE_FOLDER, Optional.empty()),
        "refused",
        Mode.ERRORIFEXISTS);
  }

  private static String known() {
    return manifest.classes().get(1);
  }

  /** The data set's predictions, whichever test comes first. */
  private static Dataset<Row> predictedOnce() throws IOException {
    if (!Files.exists(folder.resolve("once"))) {
      predict(prepared(), "once", Mode.ERRORIFEXISTS);
    }
    return rows("once");
  }

  @Test
  void aTablesColumnsGoAlong() throws IOException {
    PredictJob.Result result = predict(table("more", "truth"), "of-table", Mode.ERRORIFEXISTS);
    assertEquals(IMAGES, result.images());
    assertEquals(1, result.errors());
    Dataset<Row> rows = rows("of-table");
    Row missing = rows.where("error IS NOT NULL").first();
    assertEquals("image 5", missing.getAs("id"));
    assertEquals(IMAGES, rows.where("id = concat('image ', more['n'])").count());
    long right = rows.where("predicted = truth").count();
    assertTrue(right > IMAGES / 5, right + " are right");
    assertFalse(Arrays.asList(rows.columns()).contains("key"));

    predict(table("*"), "of-all", Mode.ERRORIFEXISTS);
    List<String> columns = Arrays.asList(rows("of-all").columns());
    assertTrue(columns.containsAll(List.of("key", "more", "truth")), columns.toString());
    assertFalse(columns.contains("content"));
  }

  @Test
  void wrongTablesAreRefusedInOneLine() {
    var place = hadoop(folder.resolve("table"));
    assertRefused(
        "--image-col truth: is of type int; it must be binary",
        new TableInput(place, "parquet", "truth", Optional.empty(), List.of()),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "--image-col nothing: ",
        new TableInput(place, "parquet", "nothing", Optional.empty(), List.of()),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "--id-col nothing: ",
        new TableInput(place, "parquet", "content", Optional.of("nothing"), List.of()),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "--keep-columns nothing: there is no such column, only key, content",
        table("nothing"),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "--input-format nothing: this Spark knows no such format",
        new TableInput(place, "nothing", "content", Optional.empty(), List.of()),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "is no prepared data set; say what it is",
        new PreparedInput(hadoop(folder.resolve("images")), Optional.empty(), false),
        "refused",
        Mode.ERRORIFEXISTS);
    assertRefused(
        "--output",
        new PreparedInput(hadoop(folder.resolve("data")), Optional.empty(), false),
        "data",
        Mode.OVERWRITE);
    assertRefused("is or holds the --input", table(), "table", Mode.OVERWRITE);
    assertFalse(Files.exists(folder.resolve("refused")));
  }

  @Test
  void smallFilesShareTasksAndBracketsInAPathAreNoPattern() throws IOException {
    Path small = folder.resolve("small {1} [2]");
    for (int i = 0; i < 40; i++) {
      TestSources.file(small.resolve(i + ".png"), TestImages.png(1, 28, 28, i));
    }
    TableInput input =
        new TableInput(hadoop(small), "binaryFile", "content", Optional.empty(), List.of());
    var examples = input.images(spark.session(), null, null).examples();
    assertEquals(40, examples.count());
    assertTrue(examples.getNumPartitions() <= 2, examples.getNumPartitions() + " tasks");
  }

  @Test
  void modesDoWhatTheySay() throws IOException {
    PredictInput test =
        new PreparedInput(hadoop(folder.resolve("data")), Optional.of("test"), false);
    PredictJob first = job(test, "modes [1]", Mode.ERRORIFEXISTS, false);
    long images = first.run(spark.session()).images();
    assertTrue(first.stop().startsWith("the predictions are in "), "its last words");
    assertRefused("exists; name another, or say --mode", test, "modes [1]", Mode.ERRORIFEXISTS);
    predict(test, "modes [1]", Mode.APPEND);
    assertEquals(2 * images, rows("modes [1]").count());
    assertRefused("its columns are ", table("more"), "modes [1]", Mode.APPEND);
    assertEquals(2 * images, rows("modes [1]").count(), "a failure leaves what was there");
    predict(test, "modes [1]", Mode.OVERWRITE);
    assertEquals(images, rows("modes [1]").count());
    assertEquals(List.of("modes [1]"), beside("modes [1]"));
    TestSources.file(folder.resolve("mine/thesis.tex"), new byte[1]);
    assertRefused("holds thesis.tex", test, "mine", Mode.OVERWRITE);
    assertTrue(Files.exists(folder.resolve("mine/thesis.tex")));
  }

  @Test
  void aJobThatFailsLeavesTheOldTable() throws IOException {
    PredictInput test =
        new PreparedInput(hadoop(folder.resolve("data")), Optional.of("test"), false);
    long images = predict(test, "kept", Mode.ERRORIFEXISTS).images();
    Path broken = folder.resolve("damaged");
    Files.createDirectories(broken);
    try (Stream<Path> files = Files.list(folder.resolve("data"))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".rec")) {
          bytes[32] ^= 1; // the first image's first byte
        }
        Files.write(broken.resolve(file.getFileName()), bytes);
      }
    }
    PredictInput damaged = new PreparedInput(hadoop(broken), Optional.of("test"), false);
    assertRefused("is not the one that prepare wrote", damaged, "kept", Mode.OVERWRITE);
    assertEquals(images, rows("kept").count());
    assertRefused("is not the one that prepare wrote", damaged, "none", Mode.ERRORIFEXISTS);
    assertEquals(List.of("kept"), beside("kept"));
    assertEquals(List.of(), beside("none"));

    PredictJob stopped = job(test, "none", Mode.ERRORIFEXISTS, false);
    assertEquals("nothing was written", stopped.stop());
    assertThrows(InterruptedIOException.class, () -> stopped.run(spark.session()));
    assertEquals(List.of(), beside("none"), "these were the last words");
  }

  /** Loses a file when all are written. */
  public static final class LosingCommitter extends ParquetOutputCommitter {
    private final org.apache.hadoop.fs.Path output;

    /** Makes one, as Spark does. */
    public LosingCommitter(org.apache.hadoop.fs.Path output, TaskAttemptContext context)
        throws IOException {
      super(output, context);
      this.output = output;
    }

    @Override
    public void commitJob(JobContext context) throws IOException {
      super.commitJob(context);
      FileSystem fs = output.getFileSystem(context.getConfiguration());
      for (FileStatus file : fs.listStatus(output)) {
        if (file.getPath().getName().startsWith("part-")) {
          fs.delete(file.getPath(), false);
          return;
        }
      }
    }
  }

  @Test
  void aTableThatLostRowsIsNotPublished() throws IOException {
    String committer = "spark.sql.parquet.output.committer.class";
    spark.session().conf().set(committer, LosingCommitter.class.getName());
    try {
      OutputException error =
          assertThrows(
              OutputException.class, () -> predict(prepared(), "lost", Mode.ERRORIFEXISTS));
      assertTrue(
          error.getMessage().contains(": " + IMAGES + " rows were written, but "),
          error.getMessage());
    } finally {
      spark.session().conf().unset(committer);
    }
    assertEquals(List.of(), beside("lost"));
  }

  @Test
  void aFullDiskEndsInOneLineAndLeavesWhatWasThere() throws IOException {
    Configuration conf = FullDisk.configure(spark.context().hadoopConfiguration());
    Path figure = Files.createDirectory(folder.resolve("of-full")).resolve("features.svg");
    Files.writeString(figure, "old");
    PlotRequest plot =
        new PlotRequest(
            List.of(hadoop(run)),
            new org.apache.hadoop.fs.Path(TestRequest.SAMPLE),
            hadoop(run.resolve("label_indices.txt")),
            30,
            20,
            1,
            onFullDisk(figure));
    PredictRequest predict =
        new PredictRequest(
            hadoop(run), prepared(), onFullDisk(folder.resolve("full")), Mode.OVERWRITE, false);
    FullDisk.files = ".*/part-.*|.*features.*";
    try {
      for (Executable job :
          List.<Executable>of(
              () -> new PredictJob(predict, conf).run(spark.session()),
              () -> new PlotJob(plot, conf).run(spark.session()))) {
        String line = OutputException.messageIn(assertThrows(Exception.class, job)).orElseThrow();
        assertTrue(line.contains("full:/") && line.contains(": no space left on device"), line);
        assertEquals(1, line.lines().count());
      }
    } finally {
      FullDisk.files = "";
    }
    assertEquals("old", Files.readString(figure));
    try (Stream<Path> files = Files.list(figure.getParent())) {
      assertEquals(List.of(figure), files.toList());
    }
    assertEquals(List.of("of-full"), beside("full"));
    assertEquals(IMAGES, new PredictJob(predict, conf).run(spark.session()).images());
    assertTimeoutPreemptively(
        Duration.ofMinutes(1),
        () -> {
          while (LoadedNetwork.loaded() > 0) { // a task that the first failure left behind has it
            Thread.sleep(100);
          }
        });
  }

  private static org.apache.hadoop.fs.Path onFullDisk(Path path) {
    return new org.apache.hadoop.fs.Path("full:" + path);
  }

  @Test
  void anOutputInUseIsRefused() throws IOException {
    LeasedPlace place = LeasedPlace.ofFile("--output", hadoop(folder.resolve("busy")));
    try (LeasedOutput other =
        LeasedOutput.take(spark.context(), "predict", List.of(place), words -> {})) {
      assertRefused(": in use by predict on ", prepared(), "busy", Mode.OVERWRITE);
    }
    assertEquals(List.of(), beside("busy"));
  }

  /** Of two different networks, whose rows stand one above the other. */
  @Test
  void anyNumberOfTasksDrawsTheSameFigure() throws IOException {
    var networks = List.of(hadoop(run), hadoop(scaled("other", "block3.0.", 0.5f)));
    SparkConf conf = spark.context().sc().conf();
    List<byte[]> files = new ArrayList<>();
    for (int tasks : new int[] {1, 5}) {
      conf.set("spark.default.parallelism", Integer.toString(tasks));
      try {
        assertEquals(tasks, spark.context().defaultParallelism());
        Path figures = folder.resolve("figures-" + tasks);
        PlotRequest request =
            new PlotRequest(
                networks,
                new org.apache.hadoop.fs.Path(TestRequest.SAMPLE),
                hadoop(run.resolve("label_indices.txt")),
                300,
                20,
                1,
                hadoop(figures.resolve("features.svg")));
        new PlotJob(request, new Configuration()).run(spark.session());
        files.add(Files.readAllBytes(figures.resolve("features.svg")));
        files.add(Files.readAllBytes(figures.resolve("features.csv")));
      } finally {
        conf.remove("spark.default.parallelism");
      }
    }
    assertArrayEquals(files.get(0), files.get(2), "figure");
    assertArrayEquals(files.get(1), files.get(3), "coordinates");
    String lines = new String(files.get(1), StandardCharsets.UTF_8);
    assertEquals(1 + 2 * (400 + 300 + 300), lines.lines().count());
    long places = lines.lines().map(line -> line.split(",", 6)[5]).distinct().count();
    assertEquals(1 + 2 * (400 + 300 + 300), places, "the networks differ");
  }

  /** The queries of docs/predict.md, on the whole sample. */
  @Test
  void theDocumentsQueriesFindWhatTheySay() throws IOException {
    PredictInput sample =
        new PreparedInput(
            new org.apache.hadoop.fs.Path(TestRequest.SAMPLE), Optional.of("test"), false);
    assertEquals(10_000, predict(sample, "sample", Mode.ERRORIFEXISTS).images());
    Matcher queries = QUERY.matcher(Files.readString(Path.of("docs/predict.md")));
    assertTrue(queries.find());
    spark
        .session()
        .read()
        .parquet(folder.resolve("sample").toString())
        .selectExpr("*")
        .drop("label")
        .selectExpr("*", "CAST(NULL AS INT) AS label")
        .createOrReplaceTempView("unlabelled");
    List<Row> next =
        spark
            .session()
            .sql(queries.group(1).replace("parquet.`predictions`", "unlabelled"))
            .collectAsList();
    assertEquals(100, next.size());
    double least = rows("sample").selectExpr("min(margin)").first().getDouble(0);
    assertEquals(least, next.get(0).<Double>getAs("margin"));
    assertTrue(queries.find());
    String predictions = "parquet.`" + folder.resolve("sample") + "`";
    List<Row> doubted =
        spark
            .session()
            .sql(queries.group(1).replace("parquet.`predictions`", predictions))
            .collectAsList();
    assertEquals(100, doubted.size());
    List<Float> likely = new ArrayList<>();
    for (Row row : doubted) {
      assertNotNull(row.getAs("class"));
      likely.add(row.<Float>getAs("p"));
    }
    assertEquals(likely.stream().sorted().toList(), likely);
    assertTrue(likely.get(99) < 0.5);
  }
}
