package io.semimeta.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.inference.LoadedNetwork;
import io.semimeta.model.TestNetworks;
import io.semimeta.recordio.LocalSpark;
import io.semimeta.training.TrainingListener;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.attribute.Attribute;
import org.apache.spark.ml.attribute.NominalAttribute;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.linalg.Vector;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The estimator and its model in a session on one machine, with one worker. */
class SemiMetaClassifierIT {
  private static final int IMAGES = 400;

  @TempDir private static Path shared;
  private static LocalSpark spark;
  private static Dataset<Row> table;
  private static SemiMetaClassificationModel model;

  @TempDir private Path folder;

  @BeforeAll
  static void fit() {
    spark = new LocalSpark("local[2]");
    table = SampleTable.named(SampleTable.of(spark.session(), IMAGES)).cache();
    model = classifier().setNumValid(10).fit(table);
  }

  @AfterAll
  static void close() {
    spark.close();
  }

  private static SemiMetaClassifier classifier() {
    return SampleTable.classifier(shared.resolve("work"));
  }

  private static SemiMetaClassificationModel copy() {
    return model.copy(new ParamMap());
  }

  /** By id, without the images, whose arrays equal nothing but themselves. */
  private static List<Row> rows(Dataset<Row> of) {
    return of.drop("image").orderBy("id").collectAsList();
  }

  private static List<Row> predicted(SemiMetaClassificationModel by) {
    return rows(by.transform(table));
  }

  @Test
  void theSummarySaysWhatHappened() throws IOException {
    SemiMetaTrainingSummary summary = model.summary();
    assertEquals(20, summary.totalSteps());
    assertEquals(IMAGES / 10 - 10, summary.labelledImages());
    assertEquals(10, summary.validationImages());
    assertEquals(IMAGES * 9 / 10, summary.unlabelledImages());
    assertEquals(0, summary.invalidImages());
    assertArrayEquals(new long[] {20}, summary.validationSteps());
    assertEquals(summary.validationErrors()[0], summary.bestValidationError());
    assertTrue(Files.exists(Path.of(URI.create(summary.report()))), summary.report());
    assertTrue(summary.runFolder().startsWith(shared.toUri().toString().replace("///", "/")));
  }

  @Test
  void theModelAddsColumns() {
    Dataset<Row> rows = copy().setPredictedLabelCol("name").transform(table);
    assertEquals(
        List.of(
            "id", "image", "truth", "label", "rawPrediction", "probability", "prediction", "name"),
        List.of(rows.columns()));
    List<Row> all = rows.collectAsList();
    assertEquals(IMAGES, all.size());
    for (Row row : all) {
      double[] probabilities = ((Vector) row.getAs("probability")).toArray();
      assertEquals(1, Arrays.stream(probabilities).sum(), 1e-9);
      int predicted = (int) (double) row.getAs("prediction");
      assertEquals(((Vector) row.getAs("probability")).argmax(), predicted);
      assertEquals(((Vector) row.getAs("rawPrediction")).argmax(), predicted);
      assertEquals(model.classes()[predicted], row.getAs("name"));
    }
    NominalAttribute names =
        (NominalAttribute) Attribute.fromStructField(rows.schema().apply("prediction"));
    assertArrayEquals(model.classes(), names.values().get());
    Row first =
        new IndexToString()
            .setInputCol("prediction")
            .setOutputCol("again")
            .transform(rows)
            .select("name", "again")
            .first();
    assertEquals(first.getString(0), first.getString(1));
  }

  @Test
  void anEmptyNameLeavesAColumnOut() {
    SemiMetaClassificationModel bare = copy();
    bare.setRawPredictionCol("").setProbabilityCol("");
    Dataset<Row> rows = bare.transform(table.select("image"));
    assertEquals(List.of("image", "prediction"), List.of(rows.columns()));
    assertEquals(1, rows.limit(1).collectAsList().size());
  }

  @Test
  void thresholdsMoveTheChoice() {
    SemiMetaClassificationModel moved = copy();
    double[] thresholds = new double[model.numClasses()];
    Arrays.fill(thresholds, 1);
    thresholds[3] = 1e-9;
    moved.setThresholds(thresholds);
    Set<Double> chosen =
        predicted(moved).stream()
            .map(row -> row.<Double>getAs("prediction"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(Set.of(3.0), chosen);
    moved.setThresholds(new double[] {1, 1});
    assertMessage("thresholds: there are 2, but the model has 10 classes", () -> predicted(moved));
  }

  /** The same data is written once, and each fit has a run of its own. */
  @Test
  void aSecondFitUsesTheRecordFilesAgain() throws IOException {
    SemiMetaClassificationModel second = classifier().setNumValid(10).fit(table);
    assertEquals(model.summary().dataFolder(), second.summary().dataFolder());
    assertNotEquals(model.summary().runFolder(), second.summary().runFolder());
    assertArrayEquals(weights(model), weights(second));
    assertEquals(predicted(model), predicted(second));
  }

  private static byte[] weights(SemiMetaClassificationModel of) throws IOException {
    Path run = Path.of(URI.create(of.summary().runFolder().replace("file:/", "file:///")));
    return Files.readAllBytes(
        run.resolve("checkpoints").resolve("step-00000020").resolve("model.safetensors"));
  }

  @Test
  void aModelIsSavedAndLoaded() throws IOException {
    String path = folder.resolve("model").toString();
    SemiMetaClassificationModel named = copy().setPredictedLabelCol("name");
    named.write().save(path);
    SemiMetaClassificationModel loaded = SemiMetaClassificationModel.load(path);
    assertEquals(model.uid(), loaded.uid());
    assertEquals(8, loaded.getBatchSize());
    assertEquals(predicted(named), predicted(loaded));
    assertFalse(loaded.hasSummary());
    assertMessage("this model was loaded, so it has no training summary", loaded::summary);
    assertThrows(IOException.class, () -> model.write().save(path));
    model.write().overwrite().save(path);
    loaded.write().overwrite().save(folder.resolve("again").toString());
    assertEquals(
        predicted(named),
        predicted(SemiMetaClassificationModel.load(folder.resolve("again").toString())));
  }

  /** A step that is not its run's best is the best of a model that is saved alone. */
  @Test
  void aStepsFolderIsLoadedAndSaved() throws IOException {
    SemiMetaClassificationModel of =
        classifier().setNumValid(10).setTotalSteps(4).setCheckpointEvery(1).setKeep(4).fit(table);
    for (int step = 1; step <= 4; step++) {
      String checkpoint = of.summary().runFolder() + "/checkpoints/step-0000000" + step;
      SemiMetaClassificationModel loaded = SemiMetaClassificationModel.load(checkpoint);
      String path = folder.resolve("step" + step).toString();
      loaded.write().save(path);
      assertEquals(
          predicted(loaded), predicted(SemiMetaClassificationModel.load(path)), "step " + step);
    }
  }

  @Test
  void aTorchScriptNetworkIsSavedWhole() throws IOException {
    Path file = Files.copy(TestNetworks.script("residual-10"), folder.resolve("network.pt"));
    SemiMetaClassificationModel scripted =
        classifier().setArchitecture("torchscript:" + file).setWidth(1).setTotalSteps(2).fit(table);
    Files.delete(file);
    String path = folder.resolve("scripted").toString();
    scripted.write().save(path);
    FileUtils.deleteDirectory(new File(URI.create(scripted.summary().runFolder())));
    assertEquals(predicted(scripted), predicted(SemiMetaClassificationModel.load(path)));
  }

  /** As PySpark does at Ctrl-C, as Spark's UI does, or as servers of notebooks do. */
  @ParameterizedTest
  @ValueSource(strings = {"all jobs", "the job", "the thread"})
  void aCancelledFitEnds(String cancelled) throws Exception {
    CountDownLatch stepping = new CountDownLatch(1);
    AtomicInteger restarts = new AtomicInteger();
    SemiMetaClassifier endless =
        classifier()
            .setTotalSteps(1_000_000)
            .setListener(
                new TrainingListener() {
                  @Override
                  public void onStep(long step) {
                    stepping.countDown();
                  }

                  @Override
                  public void onRestart(int count) {
                    restarts.incrementAndGet();
                  }
                });
    FutureTask<?> fit = new FutureTask<>(() -> endless.fit(table));
    Thread thread = new Thread(fit, "fit");
    thread.start();
    assertTrue(stepping.await(2, TimeUnit.MINUTES), "no first step");
    switch (cancelled) {
      case "all jobs" -> spark.session().sparkContext().cancelAllJobs();
      case "the job" -> {
        for (int job : spark.context().statusTracker().getActiveJobIds()) {
          spark.session().sparkContext().cancelJob(job);
        }
      }
      default -> thread.interrupt();
    }
    Exception failed = assertThrows(ExecutionException.class, () -> fit.get(2, TimeUnit.MINUTES));
    String said = String.valueOf(failed.getCause().getMessage());
    assertTrue(
        said.contains(
            cancelled.equals("the thread")
                ? "interrupted"
                : "told to cancel the training; its checkpoints are in "),
        said);
    assertEquals(0, restarts.get());
    long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (spark.context().statusTracker().getActiveJobIds().length > 0) {
      assertTrue(System.nanoTime() < deadline, "a job goes on");
      Thread.sleep(100);
    }
  }

  @Test
  void whatIsNoModelIsRefused() throws IOException {
    String stage = folder.resolve("stage").toString();
    classifier().write().save(stage);
    assertMessage("holds no saved model", () -> SemiMetaClassificationModel.load(stage));
    Path half = folder.resolve("half");
    model.write().save(half.toString());
    FileUtils.deleteDirectory(half.resolve("checkpoints").toFile());
    assertMessage("half", () -> SemiMetaClassificationModel.load(half.toString()));
  }

  @Test
  void aTableMayHaveTwoColumnsOfOneName() {
    Dataset<Row> twice = table.select("id", "image", "truth").withColumn("t", functions.lit(1));
    Dataset<Row> rows = model.transform(twice.toDF("id", "image", "same", "same"));
    assertEquals(
        predicted(model).stream().map(row -> row.<Double>getAs("prediction")).toList(),
        rows.select("id", "prediction").orderBy("id").collectAsList().stream()
            .map(row -> row.getDouble(1))
            .toList());
    assertMessage(
        "prediction: there is a column of this name already",
        () -> model.transform(table.withColumn("Prediction", functions.lit(1))));
  }

  /** Networks that the command trained, too. */
  @Test
  void aTrainingOutputIsLoaded() {
    SemiMetaClassificationModel loaded =
        SemiMetaClassificationModel.load(model.summary().runFolder());
    assertEquals(
        predicted(model).stream().map(row -> row.<Double>getAs("prediction")).toList(),
        predicted(loaded).stream().map(row -> row.<Double>getAs("prediction")).toList());
    UserError missing =
        assertThrows(
            UserError.class,
            () -> SemiMetaClassificationModel.load(folder.resolve("nothing").toString()));
    assertTrue(missing.getMessage().contains("nothing"), missing.getMessage());
  }

  @Test
  void pipelinesAreSavedWhole() throws IOException {
    Pipeline pipeline =
        new Pipeline().setStages(new PipelineStage[] {classifier().setTotalSteps(2)});
    String path = folder.resolve("pipeline").toString();
    pipeline.write().save(path);
    PipelineModel fitted = Pipeline.load(path).fit(table);
    String fittedPath = folder.resolve("fitted").toString();
    fitted.write().save(fittedPath);
    assertEquals(
        rows(fitted.transform(table)), rows(PipelineModel.load(fittedPath).transform(table)));
  }

  /** A stream of files of rows, which the model classifies as they come. */
  @Test
  void aStreamIsTransformed() throws Exception {
    String input = folder.resolve("rows").toString();
    table.repartition(3).write().parquet(input);
    StreamingQuery query =
        model
            .transform(spark.session().readStream().schema(table.schema()).parquet(input))
            .writeStream()
            .format("memory")
            .queryName("streamed")
            .trigger(Trigger.AvailableNow())
            .start();
    query.awaitTermination();
    List<Double> streamed =
        spark.session().table("streamed").orderBy("id").collectAsList().stream()
            .map(row -> row.<Double>getAs("prediction"))
            .toList();
    assertEquals(
        predicted(model).stream().map(row -> row.<Double>getAs("prediction")).toList(), streamed);
  }

  @Test
  void invalidImagesAreHandledAsAsked() {
    Dataset<Row> damaged =
        table.withColumn(
            "image",
            functions
                .when(functions.col("id").equalTo(3), functions.lit(null))
                .when(functions.col("id").equalTo(4), functions.lit(new byte[] {1, 2, 3}))
                .otherwise(functions.col("image")));
    SemiMetaClassificationModel own = copy();
    Exception failed = assertThrows(Exception.class, () -> own.transform(damaged).collectAsList());
    String message = UserError.messageIn(failed).orElseThrow();
    assertTrue(message.startsWith("imageCol image: the image cannot be predicted: "), message);
    assertEquals(IMAGES - 2, own.setHandleInvalid("skip").transform(damaged).count());
    List<Row> kept = own.setHandleInvalid("keep").transform(damaged).orderBy("id").collectAsList();
    assertEquals(IMAGES, kept.size());
    assertNull(kept.get(3).getAs("prediction"));
    assertNull(kept.get(4).getAs("probability"));
    assertEquals(2, kept.stream().filter(row -> row.getAs("prediction") == null).count());
  }

  /** A task that ends before its rows do gives the network back, or it could not be freed. */
  @Test
  void anEarlyEndFreesTheNetwork() {
    String key = model.network().key();
    assertEquals(1, model.transform(table).limit(1).collectAsList().size());
    int loaded = LoadedNetwork.loaded(); // other tests' networks idle for a while
    LoadedNetwork.free(key);
    assertEquals(loaded - 1, LoadedNetwork.loaded());
  }

  /** Bytes, paths and pixels of the same files are the same images. */
  @Test
  void imagesMayBeBytesPathsOrPixels() throws IOException {
    Path files = Files.createDirectory(folder.resolve("files"));
    for (Row row : table.select("id", "image").limit(5).collectAsList()) {
      Files.write(files.resolve(row.getLong(0) + ".png"), row.<byte[]>getAs("image"));
    }
    Dataset<Row> bytes = spark.session().read().format("binaryFile").load(files.toString());
    Dataset<Row> paths = bytes.select(functions.col("path").as("image"));
    Dataset<Row> pixels = spark.session().read().format("image").load(files.toString());
    List<Row> expected =
        copy()
            .setImageCol("content")
            .transform(bytes)
            .orderBy("path")
            .select("probability")
            .collectAsList();
    assertEquals(5, expected.size());
    assertEquals(
        expected, model.transform(paths).orderBy("image").select("probability").collectAsList());
    assertEquals(
        expected,
        model.transform(pixels).orderBy("image.origin").select("probability").collectAsList());
  }

  @Test
  void theEvaluatorLeavesRowsWithoutLabelOut() {
    Dataset<Row> rows = model.transform(table);
    SemiMetaEvaluator evaluator = new SemiMetaEvaluator();
    long right = rows.filter("label = concat('class ', cast(prediction as int))").count();
    assertEquals(right / (IMAGES / 10.0), evaluator.evaluate(rows), 1e-12);
    assertTrue(evaluator.isLargerBetter());
    evaluator.setLabelCol("truth");
    assertEquals(
        rows.filter("truth = prediction").count() / (double) IMAGES,
        evaluator.evaluate(rows),
        1e-12);
    assertMessage(
        "labelCol label: no row has a label, so there is nothing to measure by",
        () -> new SemiMetaEvaluator().evaluate(rows.filter("label is null")));
  }

  @Test
  void whatIsWrongIsSaidAtOnce() {
    assertMessage(
        "workDir is not set; name a folder that all machines see",
        () -> new SemiMetaClassifier().setTotalSteps(1).fit(table));
    assertMessage(
        "prediction: there is a column of this name already; drop it, or give another name",
        () -> classifier().fit(table.withColumn("prediction", functions.lit(1))));
    assertMessage(
        "there is no such column, only id, image, truth",
        () -> classifier().fit(table.drop("label")));
    assertMessage(
        "imageCol id: is of type bigint", () -> classifier().setImageCol("id").fit(table));
    assertMessage(
        "numWorkers 2 needs as many executors", () -> classifier().setNumWorkers(2).fit(table));
    assertMessage("labelCol label: ", () -> classifier().fit(table.filter("label is null")));
    assertMessage(
        "labelCol label: ",
        () -> classifier().fit(table.filter("label is null or label = 'class 1'")));
    assertMessage(
        "handleInvalid maybe: must be error, skip or keep",
        () -> classifier().setHandleInvalid("maybe").fit(table));
  }

  private static void assertMessage(String part, Executable action) {
    UserError error = assertThrows(UserError.class, action);
    assertTrue(error.getMessage().contains(part), error.getMessage());
    assertFalse(error.getMessage().contains("--"), error.getMessage());
  }

  /** Nothing half-written lies beside finished runs. */
  @Test
  void theWorkDirHoldsDataAndRuns() throws IOException {
    try (Stream<Path> inside = Files.list(shared.resolve("work"))) {
      assertEquals(
          Set.of("data", "runs"),
          inside.map(path -> path.getFileName().toString()).collect(Collectors.toSet()));
    }
  }
}
