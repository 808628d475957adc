package io.semimeta.evaluation;

import io.semimeta.OutputException;
import io.semimeta.Shown;
import io.semimeta.UserError;
import io.semimeta.console.StageProgress;
import io.semimeta.evaluation.PredictInput.Images;
import io.semimeta.evaluation.table.PredictionTable;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.inference.TrainedModel;
import io.semimeta.inference.Wanted;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.TaskErrors;
import io.semimeta.model.NativeLibrary;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.util.LongAccumulator;

/**
 * Writes what a checkpoint's network says of each image as a table in Parquet. Executors write it;
 * an image that cannot be predicted is a row with the reason.
 */
public final class PredictJob {
  private final PredictRequest request;
  private final Configuration conf;
  private final TrainedModel model;
  private final PredictionTable table;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WRITING);

  /** Lists how far the table is; one that is stopped is not published any more. */
  private enum Stage {
    WRITING,
    STOPPED,
    PUBLISHING,
    PUBLISHED
  }

  /**
   * Reads the checkpoint and checks the places, without Spark and without libtorch.
   *
   * @throws UserError where checkpoint, input or output cannot be what they are said to be
   */
  public PredictJob(PredictRequest request, Configuration conf) throws IOException {
    this.request = request;
    this.conf = conf;
    this.table = table(qualified(request.output()));
    table.require();
    this.model = TrainedModel.read(request.checkpoint(), conf);
    request.input().check(conf);
    requireApart();
    OutputLease.refuseLive(table.place(), conf);
  }

  private PredictionTable table(Path folder) {
    if (folder.getParent() == null) {
      throw new UserError("--output %s: name a folder in it".formatted(folder));
    }
    return new PredictionTable(folder, request.mode(), conf);
  }

  private Path qualified(Path path) {
    return DataFiles.qualified(path, conf);
  }

  /** Refuses an output that holds the input: overwriting it would remove the images. */
  private void requireApart() {
    String input = qualified(request.input().input()) + "/";
    if (input.startsWith(table.folder() + "/")) {
      throw new UserError(
          "--output %s: is or holds the --input; name another folder".formatted(request.output()));
    }
  }

  /**
   * Says what was written.
   *
   * @param checkpoint the step's folder
   * @param output the table's folder
   * @param images how many rows were written
   * @param errors how many of them are of images that cannot be predicted
   */
  public record Result(String checkpoint, String output, long images, long errors) {}

  /**
   * Predicts, and writes the table.
   *
   * @throws UserError where the input is not as the options say
   */
  public Result run(SparkSession session) throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    requireFeatures();
    String group = "semimeta predict " + model.source();
    try (JobNames names = JobNames.grouped(spark, group, "predict images", false);
        LeasedOutput leased = LeasedOutput.take(spark, "predict", List.of(table.place()))) {
      table.clear();
      table.require(); // made by the run that it waited for
      return leased.during(() -> run(session, spark, leased));
    }
  }

  private void requireFeatures() {
    if (request.features() && model.network().isScripted()) {
      NativeLibrary.load(1);
      model.withProgram(conf).network().requireFeatures();
    }
  }

  private Result run(SparkSession session, JavaSparkContext spark, LeasedOutput leased)
      throws IOException {
    try (Predictor predictor = new Predictor(spark, model, conf)) {
      Images images = request.input().images(session, predictor, table.folder());
      StructType schema = PredictedRow.schema(images.id(), request.features(), images.carried());
      table.requireSame(schema, session);
      LongAccumulator handed = spark.sc().longAccumulator();
      JavaRDD<Row> rows =
          predictor
              .predict(
                  images.examples(),
                  images.orientation(),
                  false,
                  request.features() ? Wanted.BOTH : Wanted.LOGITS)
              .map(new PredictedRow(predictor.classes(), request.features(), handed));
      write(session.createDataFrame(rows, schema), spark);
      Dataset<Row> written = table.readUnfinished(schema, session);
      Column problem = written.col(PredictedRow.ERROR);
      Row found = written.agg(functions.count("*"), functions.count(problem)).first();
      long count = found.getLong(0);
      requireAll(handed.value(), count);
      long errors = found.getLong(1);
      publish(leased);
      return new Result(model.source(), table.folder().toString(), count, errors);
    } finally {
      table.end();
    }
  }

  /** Fails where files of the table are gone before it is published. */
  private void requireAll(long handed, long found) throws OutputException {
    if (handed != found) {
      throw new OutputException(
          Shown.format(
              "%s: %,d rows were written, but %,d are there, for something changed the files;"
                  + " predict again",
              table.folder(), handed, found),
          null);
    }
  }

  private void publish(LeasedOutput leased) throws IOException {
    if (!stage.compareAndSet(Stage.WRITING, Stage.PUBLISHING)) {
      throw new InterruptedIOException("stopped before the table was in its place");
    }
    try {
      table.publish(leased::requireHeld);
    } catch (IOException e) {
      throw OutputPlace.unwritable("--output", table.folder(), e);
    }
    stage.set(Stage.PUBLISHED);
  }

  /** Keeps the table from its place, unless it is on its way there, and says what there is. */
  public String stop() {
    stage.compareAndSet(Stage.WRITING, Stage.STOPPED);
    return switch (stage.get()) {
      case WRITING, STOPPED -> "nothing was written";
      case PUBLISHING -> table.halfPublished();
      case PUBLISHED -> "the predictions are in " + request.output();
    };
  }

  private void write(Dataset<Row> rows, JavaSparkContext spark) throws IOException {
    try (StageProgress progress = new StageProgress(spark, "Predicting")) {
      table.begin();
      TaskErrors.unwrapped(
          spark,
          () -> {
            rows.write().mode(SaveMode.Append).parquet(table.unfinished().toString());
            return null;
          });
    } catch (UserError e) {
      throw e;
    } catch (Exception e) { // Spark's are checked, but Scala does not declare them
      Optional<OutputException> full = table.fullDisk(e);
      if (full.isPresent()) {
        throw full.get();
      }
      throw e;
    }
  }
}
