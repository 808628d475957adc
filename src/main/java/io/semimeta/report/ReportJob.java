package io.semimeta.report;

import io.semimeta.UserError;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.files.DataFiles;
import io.semimeta.files.LeasedPlace;
import io.semimeta.files.OutputLease;
import io.semimeta.files.OutputPlace;
import io.semimeta.jobs.LeasedOutput;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Makes the page on a run from what the run left and, where network and data are there, from what
 * the network says of the images. How Spark divides the work changes nothing on the page.
 */
public final class ReportJob {
  private static final String RUN = "--run";
  private static final String OUTPUT = "--output";

  private final ReportRequest request;
  private final Configuration conf;
  private final RunFiles run;
  private final Optional<Path> data;
  private final String withoutImages;

  /**
   * Reads what the run left, without Spark and without libtorch.
   *
   * @throws UserError where it is no run, or a file is damaged or cannot be written
   */
  public ReportJob(ReportRequest request, Configuration conf) {
    this.request = request;
    this.conf = conf;
    OutputPlace.requireFile(request.output().isPresent() ? OUTPUT : RUN, request.page(), conf);
    this.run = RunFiles.read(RUN, request.run(), conf);
    Optional<Path> named = request.data().or(() -> run.result().flatMap(RunResult::data));
    this.withoutImages =
        missing(named).map("There is nothing of the images here: "::concat).orElse("");
    this.data = withoutImages.isEmpty() ? named : Optional.empty();
    if (data.isPresent()) {
      ManifestFile.read(DataFiles.qualified(data.get(), conf).toUri(), conf);
    }
    OutputLease.refuseLive(place(), conf);
  }

  private Optional<String> missing(Optional<Path> named) {
    if (!run.hasCheckpoint()) {
      return Optional.of("the folder holds no checkpoint of the network.");
    }
    if (named.isEmpty()) {
      return Optional.of("the run does not name its data; --data does.");
    }
    return request.data().isPresent() || isThere(named.get())
        ? Optional.empty()
        : Optional.of(
            "%s, which the run names as its data, holds no data set any more; --data names another"
                    .formatted(named.get())
                + " place.");
  }

  private boolean isThere(Path folder) {
    try {
      return DataFiles.fileSystem(folder, conf).exists(new Path(folder, DatasetManifest.FILE_NAME));
    } catch (IOException | UserError e) {
      return false;
    }
  }

  private LeasedPlace place() {
    return request.output().isPresent()
        ? LeasedPlace.ofFile(OUTPUT, request.page())
        : LeasedPlace.ofFolder(RUN, run.folder());
  }

  /** Returns the page's file. */
  public Path page() {
    return request.page();
  }

  /** Says why the page will show nothing of the images; empty where it will. */
  public Optional<String> withoutImages() {
    return withoutImages.isEmpty() ? Optional.empty() : Optional.of(withoutImages);
  }

  /**
   * Makes the page.
   *
   * @return the figures that it shows; empty where no image with a label is there
   * @throws UserError where network and data do not fit, or the page cannot be written
   */
  public Optional<Evaluation> run(SparkSession session) throws IOException {
    return run(session, 0, evaluation -> {});
  }

  /**
   * Makes the page, and tells of the figures as soon as they are known, before the rest may fail.
   *
   * @param tasks about how many tasks to measure in; 0 for as many as suit the cluster
   */
  public Optional<Evaluation> run(SparkSession session, int tasks, Consumer<Evaluation> measured)
      throws IOException {
    JavaSparkContext spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    try (LeasedOutput leased = LeasedOutput.take(spark, "report", List.of(place()))) {
      return leased.during(() -> write(spark, tasks, measured, leased));
    }
  }

  private Optional<Evaluation> write(
      JavaSparkContext spark, int tasks, Consumer<Evaluation> measured, LeasedOutput leased)
      throws IOException {
    Optional<RunImages.Look> look = Optional.empty();
    if (data.isPresent()) {
      try (RunImages images = new RunImages(spark, run, data.get(), request.mostImages(), tasks)) {
        images.evaluation().ifPresent(measured);
        look = Optional.of(images.look());
      }
    }
    byte[] page = new RunPage(run, look, withoutImages, request.command()).toBytes();
    leased.requireHeld();
    OutputPlace.replace(
        request.output().isPresent() ? OUTPUT : RUN, request.page(), conf, out -> out.write(page));
    return look.flatMap(RunImages.Look::evaluation);
  }
}
