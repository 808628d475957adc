package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.console.ProgressDisplay;
import io.semimeta.console.StageProgress;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.evaluation.Evaluation.ClassError;
import io.semimeta.evaluation.Evaluation.Normalisation;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputLease.Place;
import io.semimeta.files.OutputPlace;
import io.semimeta.files.WholeFile;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.recordio.RecordFiles;
import io.semimeta.recordio.Verification;
import io.semimeta.training.ErrorCounts;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.apache.commons.lang3.StringUtils;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.SparkSession;

/**
 * Measures a checkpoint's errors on a split of a data set by one Spark job over its record files,
 * with the checkpoint's normalisation. How Spark divides the work changes the result by rounding at
 * most.
 */
public final class EvaluateJob {
  /** Tasks are this small so that a long job shows progress, and a lost task costs little. */
  private static final long IMAGES_PER_TASK = 1000;

  private final EvaluateRequest request;
  private final Configuration conf;
  private final TrainedModel model;
  private final URI data;
  private final DatasetManifest manifest;

  /**
   * Reads checkpoint and manifest and compares them, without Spark and without libtorch.
   *
   * @throws UserError where checkpoint, data and split do not fit or cannot be read
   */
  public EvaluateJob(EvaluateRequest request, Configuration conf) throws IOException {
    this.request = request;
    this.conf = conf;
    request.report().ifPresent(file -> OutputPlace.requireFile("--report", file, conf));
    request.predictions().ifPresent(file -> OutputPlace.requireFile("--predictions", file, conf));
    this.model = TrainedModel.read(request.checkpoint(), conf);
    this.data = DataFiles.qualified(request.data(), conf).toUri();
    this.manifest = ManifestFile.read(data, conf);
    outputs().forEach(file -> OutputLease.refuseLive(file, conf));
    Compatibility.require(model, data, manifest);
    requireLabels();
  }

  /**
   * Verifies the split's files, which it reads whole.
   *
   * @throws UserError naming the files that differ from the manifest
   */
  public void verify(SparkSession session) {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    Verification.require(spark, data, manifest, List.of(request.split()));
  }

  /**
   * Evaluates, and writes the files that are asked for. One row an image passes through the driver;
   * some millions are no burden.
   *
   * @throws UserError where images or a TorchScript file cannot be read
   */
  public Evaluation run(SparkSession session) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    long records = split().records();
    long tasks = Math.max(spark.defaultParallelism(), records / IMAGES_PER_TASK);
    return run(spark, (int) Math.min(records, tasks));
  }

  /** Checks and evaluates a request. */
  public static Evaluation run(SparkSession session, EvaluateRequest request) throws IOException {
    return new EvaluateJob(request, session.sparkContext().hadoopConfiguration()).run(session);
  }

  /** Checks and evaluates a request in the given number of tasks. */
  static Evaluation run(SparkSession session, EvaluateRequest request, int tasks)
      throws IOException {
    return new EvaluateJob(request, session.sparkContext().hadoopConfiguration())
        .run(JavaSparkContext.fromSparkContext(session.sparkContext()), tasks);
  }

  private Evaluation run(JavaSparkContext spark, int tasks) throws IOException {
    try (LeasedOutput leased = lease(spark)) {
      return leased.during(() -> run(spark, tasks, leased));
    }
  }

  private LeasedOutput lease(JavaSparkContext spark) {
    try (ProgressDisplay display = new ProgressDisplay("evaluate", 0, 0)) {
      return LeasedOutput.take(spark, "evaluate", outputs(), display::phase);
    }
  }

  /** Lists the files that are asked for. */
  private List<Place> outputs() {
    List<Place> outputs = new ArrayList<>();
    request.predictions().ifPresent(file -> outputs.add(Place.ofFile("--predictions", file)));
    request.report().ifPresent(file -> outputs.add(Place.ofFile("--report", file)));
    return outputs;
  }

  private Evaluation run(JavaSparkContext spark, int tasks, LeasedOutput leased)
      throws IOException {
    List<Prediction> predictions = predict(spark, tasks);
    leased.requireHeld();
    if (request.predictions().isPresent()) {
      write("--predictions", request.predictions().get(), csv(predictions));
    }
    Evaluation evaluation = evaluation(Metrics.of(predictions, manifest.classes().size()));
    if (request.report().isPresent()) {
      write("--report", request.report().get(), evaluation.toJson());
    }
    return evaluation;
  }

  /** Predicts all images, and sorts by id so that sums do not depend on the division into tasks. */
  private List<Prediction> predict(JavaSparkContext spark, int tasks) {
    Broadcast<TrainedModel> broadcast = spark.broadcast(model.withProgram(conf));
    boolean withPaths = request.predictions().isPresent();
    String group = "semimeta evaluate " + model.source();
    try (JobNames names = JobNames.grouped(spark, group, "predict " + request.split(), false)) {
      JavaRDD<Prediction> rows =
          RecordFiles.rdd(spark, data, manifest, request.split(), tasks, withPaths)
              .mapPartitions(new PredictTask(broadcast, manifest.orientation()));
      List<Prediction> sorted;
      try (StageProgress progress = new StageProgress(spark, "Evaluating")) {
        sorted = new ArrayList<>(TaskErrors.unwrapped(spark, rows::collect));
      }
      sorted.sort(Comparator.comparingLong(Prediction::id));
      return sorted;
    } finally {
      broadcast.destroy();
    }
  }

  private Evaluation evaluation(Metrics metrics) {
    List<ClassError> perClass = new ArrayList<>();
    for (int c = 0; c < manifest.classes().size(); c++) {
      ErrorCounts counts = metrics.perClass().get(c);
      Double error = counts.examples() == 0 ? null : counts.top1Error();
      perClass.add(new ClassError(manifest.classes().get(c), counts.examples(), error));
    }
    TrainingState.Data trainedOn = model.data();
    boolean differs =
        !trainedOn.mean().equals(manifest.mean()) || !trainedOn.std().equals(manifest.std());
    ErrorCounts total = metrics.total();
    return new Evaluation(
        model.source(),
        model.step(),
        new Path(data).toString(),
        request.split(),
        total.examples(),
        split().unlabelled(),
        total.top1Error(),
        total.top5Error(),
        metrics.crossEntropy(),
        metrics.expectedCalibrationError(),
        new Normalisation(trainedOn.mean(), trainedOn.std(), differs),
        perClass);
  }

  private static String csv(List<Prediction> predictions) {
    StringBuilder lines = new StringBuilder("id,label,predicted,confidence,path\n");
    for (Prediction prediction : predictions) {
      lines.append(prediction.id()).append(',');
      if (prediction.hasLabel()) {
        lines.append(prediction.label());
      }
      lines.append(',').append(prediction.predicted()).append(',');
      lines.append((float) prediction.confidence()).append(',');
      lines.append(cell(prediction.path())).append('\n');
    }
    return lines.toString();
  }

  /** Quotes a cell where RFC 4180 asks for it; an unknown one is empty. */
  private static String cell(String text) {
    if (text == null) {
      return "";
    }
    boolean plain = StringUtils.containsNone(text, ",\"\r\n");
    return plain ? text : '"' + text.replace("\"", "\"\"") + '"';
  }

  private DatasetManifest.Split split() {
    return manifest.splits().get(request.split());
  }

  private void requireLabels() {
    if (split() == null) {
      throw new UserError(
          "--split %s: %s has only %s"
              .formatted(request.split(), data, String.join(", ", manifest.splits().keySet())));
    }
    if (split().records() == 0) {
      throw new UserError("--split %s: %s holds no images of it".formatted(request.split(), data));
    }
    if (split().records() == split().unlabelled()) {
      throw new UserError(
          String.format(
              Locale.ROOT,
              "--split %s: none of its %d images in %s has a label, so there are no errors to"
                  + " count",
              request.split(),
              split().records(),
              data));
    }
  }

  private void write(String option, Path file, String text) {
    try {
      WholeFile.replace(file, conf, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw OutputPlace.unwritable(option, file, e);
    }
  }
}
