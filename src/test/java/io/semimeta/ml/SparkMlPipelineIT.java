package io.semimeta.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.cli.PrepareCommand;
import io.semimeta.cli.options.ToPath;
import io.semimeta.cli.options.TrainingOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.IndexToString;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The usual pipelines of Spark ML with this estimator in it, on two executors. */
class SparkMlPipelineIT {
  private static final int IMAGES = 300;

  @TempDir private static Path shared;
  private static SparkSession session;
  private static Dataset<Row> table;

  @BeforeAll
  static void start() throws URISyntaxException {
    Path tests =
        Path.of(
            SparkMlPipelineIT.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    SparkConf conf =
        new SparkConf()
            .setMaster("local-cluster[2,1,1024]")
            .setAppName("SparkMlPipelineIT")
            .set("spark.ui.enabled", "false")
            .set("spark.executor.extraClassPath", System.getProperty("semimeta.jar") + ":" + tests)
            .set("spark.executor.memory", "1g");
    session = SemiMeta.session(SparkSession.builder()).config(conf).getOrCreate();
    table = SampleTable.of(session, IMAGES).cache();
  }

  @AfterAll
  static void stop() {
    session.stop();
  }

  private static SemiMetaClassifier classifier() {
    return SampleTable.classifier(shared.resolve("work")).setNumWorkers(2).setTotalSteps(10);
  }

  /** A folder of images by the command, and the same images as a table with the same ids. */
  @Test
  void theWeightsAreTheCommands() throws IOException {
    for (Row row : table.collectAsList()) {
      Object label = row.getAs("label");
      String name = label == null ? "unlabelled" : "class-" + ((Double) label).intValue();
      Path file = shared.resolve("images/train/" + name + "/" + row.getAs("id") + ".png");
      Files.createDirectories(file.getParent());
      Files.write(file, row.<byte[]>getAs("image"));
    }
    String data = shared.resolve("prepared").toString();
    PrepareCommand prepare = new PrepareCommand();
    new CommandLine(prepare)
        .registerConverter(org.apache.hadoop.fs.Path.class, new ToPath())
        .setOut(new PrintWriter(Writer.nullWriter()))
        .parseArgs(
            "--format",
            "image-folder",
            "--input",
            shared.resolve("images").toString(),
            "--test-fraction",
            "0",
            "--output",
            data);
    prepare.call();
    TrainingOptions train = new TrainingOptions();
    new CommandLine(train)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .parseArgs(
            "--data",
            data,
            "--output",
            shared.resolve("run").toString(),
            "--width",
            "0.05",
            "--batch-size",
            "8",
            "--crop-padding",
            "2",
            "--total-steps",
            "10",
            "--lr",
            "0.05",
            "--device",
            "cpu",
            "--seed",
            "5",
            "--workers",
            "2");
    new TrainingJob(session, train.request(), train.workers.engine())
        .run(new TrainingListener() {});
    Dataset<Row> prepared =
        session
            .read()
            .format("recordio")
            .load(Path.of(data).toUri().toString())
            .selectExpr("id", "bytes as image", "label_name as label");
    SemiMetaClassificationModel model = classifier().fit(prepared);
    Path run = Path.of(URI.create(absolute(model.summary().runFolder())));
    assertArrayEquals(weights(shared.resolve("run")), weights(run));
  }

  private static String absolute(String uri) {
    return uri.replaceFirst("^file:/+", "file:///");
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/step-00000010/model.safetensors"));
  }

  /** Labels as names, indexed as everybody does: the indexer gives rows without one a class. */
  @Test
  void aStringIndexerMayComeFirst() {
    Dataset<Row> named = SampleTable.named(table).withColumnRenamed("label", "name");
    StringIndexer indexer =
        new StringIndexer().setInputCol("name").setOutputCol("label").setHandleInvalid("keep");
    Pipeline pipeline = new Pipeline().setStages(new PipelineStage[] {indexer, classifier()});
    PipelineModel fitted = pipeline.fit(named);
    SemiMetaClassificationModel model = (SemiMetaClassificationModel) fitted.stages()[1];
    assertEquals(IMAGES / 10, model.summary().labelledImages());
    assertEquals(
        named.select("name").na().drop().distinct().as(Encoders.STRING()).collectAsList().stream()
            .sorted()
            .toList(),
        Stream.of(model.classes()).sorted().toList());
    Dataset<Row> predicted = fitted.transform(named);
    assertEquals(IMAGES, predicted.count());
    double right =
        new IndexToString()
            .setInputCol("prediction")
            .setOutputCol("said")
            .transform(predicted)
            .filter("said = name")
            .count();
    assertEquals(
        right / (IMAGES / 10.0),
        new SemiMetaEvaluator().setLabelCol("name").evaluate(predicted),
        1e-12);
    assertEquals(
        new SemiMetaEvaluator().setLabelCol("name").evaluate(predicted),
        new SemiMetaEvaluator().evaluate(predicted),
        1e-12,
        "by the indexer's labels");
  }

  /** Two fits at once want the same two executors; each gets them in turn. */
  @Test
  void crossValidationInParallel() {
    SemiMetaClassifier classifier = classifier().setTotalSteps(4);
    ParamMap[] grid =
        new ParamGridBuilder()
            .addGrid(classifier.learningRate(), new double[] {0.01, 0.05})
            .build();
    CrossValidatorModel model =
        new CrossValidator()
            .setEstimator(classifier)
            .setEvaluator(new SemiMetaEvaluator())
            .setEstimatorParamMaps(grid)
            .setNumFolds(2)
            .setParallelism(2)
            .setSeed(3)
            .fit(table);
    assertEquals(2, model.avgMetrics().length);
    assertTrue(Arrays.stream(model.avgMetrics()).allMatch(Double::isFinite));
    assertEquals(IMAGES, model.transform(table).count());
  }

  private static List<Row> predictions(Dataset<Row> rows) {
    return rows.select("id", "probability").orderBy("id").collectAsList();
  }

  @Test
  void trainValidationSplit() throws IOException {
    SemiMetaClassifier classifier = classifier().setTotalSteps(4);
    TrainValidationSplitModel model =
        new TrainValidationSplit()
            .setEstimator(classifier)
            .setEvaluator(new SemiMetaEvaluator())
            .setEstimatorParamMaps(new ParamGridBuilder().addGrid(classifier.mixUp()).build())
            .setTrainRatio(0.7)
            .setSeed(3)
            .fit(table);
    assertEquals(2, model.validationMetrics().length);
    String path = shared.resolve("split").toString();
    model.write().save(path);
    assertEquals(
        predictions(model.transform(table)),
        predictions(TrainValidationSplitModel.load(path).transform(table)));
  }
}
