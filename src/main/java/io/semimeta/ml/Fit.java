package io.semimeta.ml;

import io.semimeta.UserError;
import io.semimeta.cli.options.TrainingOptions;
import io.semimeta.cli.summary.TrainingProgress;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.Orientation;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.files.DataFiles;
import io.semimeta.ml.table.Materialised;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.prepare.Resizing;
import io.semimeta.report.EndOfRun;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import java.io.IOException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.ml.param.ParamMap;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;

/** Carries out one fit: checks, record files, the run of {@code semimeta train}, the model. */
final class Fit {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);

  /** Makes fits wait for one another's record files: those on the same data use the first's. */
  private static final Object PREPARING = new Object();

  private final SemiMetaClassifier stage;
  private final Dataset<?> dataset;
  private final SparkSession session;
  private final Configuration conf;

  Fit(SemiMetaClassifier stage, Dataset<?> dataset) {
    this.stage = stage;
    this.dataset = dataset;
    this.session = dataset.sparkSession();
    this.conf = session.sparkContext().hadoopConfiguration();
  }

  /**
   * Returns the run that a stage's Params ask for.
   *
   * @throws UserError naming the option of a Param whose value is wrong
   */
  static TrainingRequest request(SemiMetaClassifier stage, String data, String output) {
    TrainingRequest request = TrainingParams.options(stage, data, output).request();
    request.schedule().requireSound();
    return request;
  }

  /**
   * Fits.
   *
   * @param listener hears of the progress, or null
   */
  SemiMetaClassificationModel run(TrainingListener listener) throws IOException {
    Path workDir = workDir();
    Cluster cluster = Cluster.of(session.sparkContext().conf(), stage.getNumWorkers());
    EngineOptions engine = TrainingParams.options(stage, "-", "-").workers.engine();
    EngineKind.named(engine.engine()).requireStarted(cluster, engine.allowUnencrypted());
    Materialised data = materialised(workDir);
    requireOneSize(data);
    Thresholds.of(stage, data.manifest().classes().size());
    Path run = new Path(workDir, "runs/" + name());
    TrainingOptions options =
        TrainingParams.options(stage, data.folder().toString(), run.toString());
    TrainingJob job = new TrainingJob(session, options.request(), engine, cluster);
    TrainingResult result;
    try (TrainingProgress progress = new TrainingProgress(job)) {
      result =
          job.run(
              new TrainingListeners(
                  Stream.of(progress, listener).filter(Objects::nonNull).toList()));
    } catch (IllegalStateException e) { // its remedy is the command's
      throw new IllegalStateException(
          String.valueOf(e.getMessage())
              .replace("go on with --resume", "its checkpoints are in " + run),
          e);
    }
    Optional<Path> page = EndOfRun.report(session, run, data.folder(), pageAgain(run, data)).page();
    SemiMetaTrainingSummary summary =
        new SemiMetaTrainingSummary(result, job.imageCounts(), data, run, page, conf);
    SemiMetaClassificationModel model =
        new SemiMetaClassificationModel(stage.uid())
            .serving(ServedNetwork.read(run.toString(), conf))
            .summarised(summary)
            .setParent(stage);
    return stage.copyValues(model, ParamMap.empty());
  }

  private Path workDir() {
    if (!stage.isDefined(stage.workDir()) || stage.getWorkDir().isBlank()) {
      throw new UserError("workDir is not set; name a folder that all machines see");
    }
    return DataFiles.qualified(new Path(stage.getWorkDir()), conf);
  }

  private Materialised materialised(Path workDir) throws IOException {
    boolean leaveOut = HandleInvalid.of(stage) != HandleInvalid.ERROR;
    Resizing resizing = new Resizing(stage.getStoredSize(), 0, Resizing.QUALITY, Orientation.EXIF);
    synchronized (PREPARING) {
      return Materialised.of(
          session, dataset.toDF(), Columns.read(stage), workDir, leaveOut, resizing);
    }
  }

  private void requireOneSize(Materialised data) {
    if (data.manifest().height() == 0 && !stage.isDefined(stage.imageSize())) {
      throw new UserError(
          "imageCol %s: the images differ in size; set storedSize, or imageSize for random crops"
              .formatted(stage.getImageCol()));
    }
  }

  /** Returns a name that no other fit has, in the order of time. */
  private static String name() {
    return TIME.format(LocalDateTime.now(ZoneOffset.UTC))
        + "-"
        + UUID.randomUUID().toString().substring(0, 8);
  }

  private static String pageAgain(Path run, Materialised data) {
    return "bin/semimeta report --run %s --data %s".formatted(run, data.folder());
  }
}
