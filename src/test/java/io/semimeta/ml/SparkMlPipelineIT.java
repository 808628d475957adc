package io.semimeta.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.distributed.TrainingJob;
import io.semimeta.training.TrainingListener;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.ml.Pipeline;
import org.apache.spark.ml.PipelineModel;
import org.apache.spark.ml.PipelineStage;
import org.apache.spark.ml.feature.StringIndexer;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.ml.tuning.CrossValidator;
import org.apache.spark.ml.tuning.CrossValidatorModel;
import org.apache.spark.ml.tuning.ParamGridBuilder;
import org.apache.spark.ml.tuning.TrainValidationSplit;
import org.apache.spark.ml.tuning.TrainValidationSplitModel;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  /** The images of a folder by the command, and the same as a table with the same ids. */
  @Test
  void theWeightsAreTheCommands() throws IOException {
    SemiMetaClassificationModel model = classifier().fit(table);
    Path output = shared.resolve("command");
    Path data = Path.of(URI.create(absolute(model.summary().dataFolder())));
    SemiMetaClassifier same = classifier();
    new TrainingJob(
            session,
            Fit.request(same, data.toString(), output.toString()),
            TrainingParams.options(same, "-", "-").workers.engine())
        .run(new TrainingListener() {});
    Path run = Path.of(URI.create(absolute(model.summary().runFolder())));
    assertArrayEquals(weights(output), weights(run));
  }

  private static String absolute(String uri) {
    return uri.replaceFirst("^file:/+", "file:///");
  }

  private static byte[] weights(Path run) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/step-00000010/model.safetensors"));
  }

  /** Labels as names, indexed as everybody does; null labels stay null. */
  @Test
  void aStringIndexerMayComeFirst() {
    Dataset<Row> named =
        table.withColumn(
            "name", functions.concat(functions.lit("n"), functions.col("label").cast("int")));
    StringIndexer indexer =
        new StringIndexer().setInputCol("name").setOutputCol("index").setHandleInvalid("keep");
    Dataset<Row> known = named.filter("name is not null");
    Dataset<Row> indexed =
        indexer
            .fit(known)
            .transform(named)
            .withColumn("index", functions.expr("if(name is null, null, index)"));
    PipelineModel fitted =
        new Pipeline()
            .setStages(new PipelineStage[] {classifier().setLabelCol("index")})
            .fit(indexed);
    Dataset<Row> predicted = fitted.transform(indexed);
    assertEquals(IMAGES, predicted.count());
    double accuracy = new SemiMetaEvaluator().setLabelCol("index").evaluate(predicted);
    assertTrue(accuracy >= 0 && accuracy <= 1, String.valueOf(accuracy));
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
