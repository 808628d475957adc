package io.semimeta.evaluation;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.files.DataFiles;
import io.semimeta.files.LeasedPlace;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.inference.TrainedModel;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.recordio.Verification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaPairRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;
import scala.Tuple2;

/**
 * Measures the figures of checkpoints on a split of a data set, by Spark over its record files,
 * with each checkpoint's normalisation. How Spark divides the work changes nothing.
 */
public final class EvaluateJob {
  private final EvaluateRequest request;
  private final Configuration conf;
  private final List<TrainedModel> models;
  private final URI data;
  private final DatasetManifest manifest;

  /**
   * Reads checkpoints and manifest and compares them, without Spark and without libtorch.
   *
   * @throws UserError where checkpoint, data and split do not fit or cannot be read
   */
  public EvaluateJob(EvaluateRequest request, Configuration conf) throws IOException {
    this.request = request;
    this.conf = conf;
    request.report().ifPresent(file -> OutputPlace.requireFile("--report", file, conf));
    request.predictions().ifPresent(file -> OutputPlace.requireFile("--predictions", file, conf));
    requireFew();
    this.models = new ArrayList<>();
    for (Path checkpoint : request.checkpoints()) {
      models.add(TrainedModel.read(checkpoint, conf));
    }
    this.data = DataFiles.qualified(request.data(), conf).toUri();
    this.manifest = ManifestFile.read(data, conf);
    outputs().forEach(file -> OutputLease.refuseLive(file, conf));
    models.forEach(model -> Compatibility.require(model, data, manifest));
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
   * Evaluates, and writes the files that are asked for.
   *
   * @throws UserError where images or a TorchScript file cannot be read
   */
  public EvaluationReport run(SparkSession session) throws IOException {
    return run(session, 0);
  }

  /** Checks and evaluates a request for one checkpoint. */
  public static Evaluation run(SparkSession session, EvaluateRequest request) throws IOException {
    return new EvaluateJob(request, session.sparkContext().hadoopConfiguration())
        .run(session)
        .evaluations()
        .get(0);
  }

  /** Evaluates in about so many tasks. */
  EvaluationReport run(SparkSession session, int tasks) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (LeasedOutput leased = LeasedOutput.take(spark, "evaluate", outputs())) {
      return leased.during(() -> run(spark, tasks, leased));
    }
  }

  /** Lists the files that are asked for. */
  private List<LeasedPlace> outputs() {
    List<LeasedPlace> outputs = new ArrayList<>();
    request.predictions().ifPresent(file -> outputs.add(LeasedPlace.ofFile("--predictions", file)));
    request.report().ifPresent(file -> outputs.add(LeasedPlace.ofFile("--report", file)));
    return outputs;
  }

  private EvaluationReport run(JavaSparkContext spark, int tasks, LeasedOutput leased)
      throws IOException {
    List<Measured> measured = new ArrayList<>();
    try {
      List<Evaluation> evaluations = new ArrayList<>();
      for (TrainedModel model : models) {
        String group = "semimeta evaluate " + model.source();
        try (JobNames names = JobNames.grouped(spark, group, "predict " + request.split(), false)) {
          Measured one = measured(new Predictor(spark, model, conf), tasks);
          measured.add(one);
          evaluations.add(one.measure());
          if (request.predictions().isPresent()) {
            OutputPlace.replace(
                "--predictions",
                request.predictions().get(),
                conf,
                out -> {
                  Csv.write(one.byId(), out);
                  leased.requireHeld(); // before the file gets its name
                });
          }
        }
      }
      EvaluationReport report = new EvaluationReport(evaluations, comparisons(spark, measured));
      if (request.report().isPresent()) {
        byte[] json = report.toJson().getBytes(StandardCharsets.UTF_8);
        leased.requireHeld();
        OutputPlace.replace("--report", request.report().get(), conf, out -> out.write(json));
      }
      return report;
    } finally {
      measured.forEach(Measured::close);
    }
  }

  /** Predicts by a network, which is let go with the predictions, or where they cannot be made. */
  private Measured measured(Predictor predictor, int tasks) {
    try {
      boolean withPaths = request.predictions().isPresent();
      return Measured.of(predictor, data, manifest, request.split(), tasks, withPaths);
    } catch (RuntimeException e) {
      predictor.close();
      throw e;
    }
  }

  /** Compares the networks with one another, image by image, by one job. */
  private List<Comparison> comparisons(JavaSparkContext spark, List<Measured> measured) {
    JavaPairRDD<Long, Long> right = null;
    for (int i = 0; i < measured.size() && measured.size() > 1; i++) {
      long bit = 1L << i;
      JavaPairRDD<Long, Long> own =
          measured
              .get(i)
              .predictions()
              .filter(Prediction::hasLabel)
              .mapToPair(one -> new Tuple2<>(one.id(), one.isRight() ? bit : 0L));
      right = right == null ? own : right.union(own);
    }
    if (right == null) {
      return List.of();
    }
    JavaPairRDD<Long, Long> all = right;
    try (JobNames names = JobNames.described(spark, "compare the networks")) {
      return Comparison.of(
          models.stream().map(TrainedModel::source).toList(),
          TaskErrors.unwrapped(
              spark, () -> all.reduceByKey((a, b) -> a | b).values().countByValue()));
    }
  }

  private DatasetManifest.Split split() {
    return manifest.splits().get(request.split());
  }

  private void requireFew() {
    if (request.checkpoints().size() > 1 && request.predictions().isPresent()) {
      throw new UserError("--predictions is for one --checkpoint; leave it out, or give one");
    }
    if (request.checkpoints().size() > Comparison.MOST) {
      throw new UserError(
          "--checkpoint: %s are given, and at most %s can be compared"
              .formatted(request.checkpoints().size(), Comparison.MOST));
    }
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
          ("--split %s: none of its %s images in %s has a label, so there are no errors to"
                  + " count")
              .formatted(request.split(), split().records(), data));
    }
  }
}
