package io.semimeta.ablation;

import io.semimeta.UserError;
import io.semimeta.cluster.Cluster;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.ManifestFile;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingCheck;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.evaluation.TestErrors;
import io.semimeta.files.DataFiles;
import io.semimeta.plan.ComparedOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.report.EndOfRun;
import io.semimeta.report.ReportRequest;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.metrics.ResultFile;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.sql.SparkSession;

/**
 * Carries out runs one after the other, each unless it is finished, makes each one's page, and
 * measures its error on the test split.
 *
 * @param cluster the cluster that the runs are to have
 */
public record AblationJob(
    SparkSession session, EngineOptions engine, Cluster cluster, List<AblationRun> runs) {
  private static final Logger LOG = LogManager.getLogger(AblationJob.class);

  /** Shows the runs to people, and may end them. */
  public interface Watch {
    /** Tells whether no further run is to begin. */
    default boolean isStopped() {
      return false;
    }

    /**
     * Hears that a run is finished already.
     *
     * @param number the run's place, from 1
     */
    void onFinished(int number, AblationRun run);

    /**
     * Carries out a run, to its end or to where it is stopped.
     *
     * @param number the run's place, from 1
     */
    TrainingResult train(int number, AblationRun run, TrainingJob job) throws IOException;

    /** Returns the line that makes the page on a run again. */
    String pageAgain(Path output, Path data);

    /** Hears of a run's test error, where the data set has test images with labels. */
    void onTestError(AblationRun run, Evaluation evaluation);

    /** Hears that a run's test error could not be measured; by default the others go on. */
    default void onUnmeasured(AblationRun run, Exception failure) throws IOException {
      LOG.warn(
          "{}: the test error could not be measured: {}", run.name(), UserError.reason(failure));
      LOG.info("It could not be measured", failure);
    }
  }

  /**
   * Finds what is wrong with the runs before Spark starts.
   *
   * @throws UserError naming the option or file
   */
  public static void requireFiles(List<AblationRun> runs, Configuration conf) throws IOException {
    for (AblationRun run : runs) {
      TrainingRequest request = run.request();
      requireErrors(request.data(), conf);
      Path output = DataFiles.qualified(new Path(request.run().output()), conf);
      new LeftRun(output.toString(), ResultFile.read(output, conf), 0)
          .isFinished(
              ComparedOptions.of(request.withNetwork(request.network().qualified(conf))),
              TrainingCheck.knownLater(),
              Optional.empty());
      TrainingCheck.requireFiles(request, conf);
    }
  }

  private static void requireErrors(DataRequest data, Configuration conf) {
    Path folder = DataFiles.qualified(new Path(data.data()), conf);
    DatasetManifest manifest = ManifestFile.read(folder.toUri(), conf);
    if (!TestErrors.canBeMeasured(manifest)
        && manifest.evaluated().isEmpty()
        && data.numValid() == 0) {
      throw new UserError(
          "--data %s: has no test or val split, so there would be no errors to compare; give"
                  .formatted(folder)
              + " --num-valid, or prepare it with --test-fraction");
    }
  }

  /**
   * Carries out all runs that are not finished.
   *
   * @return whether all are finished now; not so where one was stopped
   * @throws UserError where a folder holds a run of other options
   */
  public boolean run(Watch watch) throws IOException {
    int number = 0;
    for (AblationRun run : runs) {
      if (watch.isStopped()) {
        return false;
      }
      number++;
      TrainingJob job = training(run);
      if (isFinished(job)) {
        watch.onFinished(number, run);
      } else if (watch.train(number, run, job).step() < job.plan().run().stopAt()) {
        return false;
      }
      look(run, job, watch);
    }
    return true;
  }

  /**
   * Makes a run's job, which writes nothing yet.
   *
   * @throws UserError where data, options and output do not fit
   */
  public TrainingJob training(AblationRun run) throws IOException {
    return new TrainingJob(session, run.request(), engine, cluster);
  }

  /**
   * Tells whether a run is finished.
   *
   * @throws UserError where its folder holds a run of other options
   */
  public boolean isFinished(TrainingJob job) throws IOException {
    TrainingPlan plan = job.plan();
    Path output = new Path(plan.run().output());
    return new LeftRun(output.toString(), ResultFile.read(output, conf()), job.firstStep())
        .isFinished(plan.options(), Set.of(), Optional.of(plan.run().stopAt()));
  }

  /**
   * Makes a run's page and keeps its test error, unless an earlier start has done both or there is
   * no network to look at.
   */
  private void look(AblationRun run, TrainingJob job, Watch watch) throws IOException {
    Path output = new Path(job.plan().run().output());
    boolean measured =
        !TestErrors.canBeMeasured(job.plan().manifest())
            || ResultFile.read(output, conf()).filter(of -> of.has(TestErrors.ERROR)).isPresent();
    Path page = new Path(output, ReportRequest.FILE_NAME);
    boolean seenBefore = measured && DataFiles.fileSystem(page, conf()).exists(page);
    if (seenBefore || job.lastCheckpoint().isEmpty()) {
      return;
    }
    Path data = DataFiles.qualified(new Path(run.request().data().data()), conf());
    String again = watch.pageAgain(output, data);
    Optional<Evaluation> seen = EndOfRun.report(session, output, data, again).figures();
    if (measured) {
      return;
    }
    try {
      watch.onTestError(run, TestErrors.add(session, output, data, seen));
    } catch (Exception e) { // SparkException too, which nobody declares
      watch.onUnmeasured(run, e);
    }
  }

  private Configuration conf() {
    return session.sparkContext().hadoopConfiguration();
  }
}
