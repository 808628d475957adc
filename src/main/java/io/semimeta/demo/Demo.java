package io.semimeta.demo;

import io.semimeta.UserError;
import io.semimeta.distributed.EngineKind;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.evaluation.EvaluateJob;
import io.semimeta.evaluation.EvaluateRequest;
import io.semimeta.evaluation.Evaluation;
import io.semimeta.files.DataFiles;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.report.EndOfRun;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Trains a small network on clothes from 40 labelled and 9,960 unlabelled images, by each of three
 * methods. All have the same labels, network, augmentation, schedule and number of steps.
 */
public final class Demo {
  private static final int LABELS = 40;
  private static final int GLOBAL_BATCH = 64;
  private static final long WARMUP = 100;
  private static final long CHECKPOINTS = 4;

  private final SparkSession session;
  private final Request request;
  private final Path output;

  /**
   * Holds what can be chosen.
   *
   * @param output the folder for data, runs and summary; must not exist
   * @param workers the number of executors
   * @param totalSteps the steps of each run
   * @param seed the seed that draws the labelled images, and everything else
   */
  public record Request(String output, int workers, long totalSteps, long seed) {}

  /**
   * Describes one of the three runs.
   *
   * @param name the name in {@code summary.json} and of the run's folder
   * @param title the run's name for people
   * @param method the method that is trained
   */
  public record Run(String name, String title, StepOptions method) {}

  /**
   * Holds what a run came to.
   *
   * @param run the run
   * @param evaluation the evaluation of its last checkpoint, on the test split
   * @param seconds the seconds spent in the training loop
   */
  public record Outcome(Run run, Evaluation evaluation, double seconds) {}

  /** Shows a run's beginning, progress and end to people. */
  public interface Display {
    /** Carries out a job, showing its progress, and returns its seconds in the training loop. */
    double show(Run run, TrainingJob job) throws IOException;
  }

  public Demo(SparkSession session, Request request) {
    this.session = session;
    this.request = request;
    this.output =
        DataFiles.qualified(
            new Path(request.output()), session.sparkContext().hadoopConfiguration());
  }

  /** Returns the three runs, in order. */
  public static List<Run> runs() {
    return List.of(
        new Run("supervised", "labels only", method(StepOptions.Method.SUPERVISED, false)),
        new Run(
            "supervised_mixup", "labels with mixup", method(StepOptions.Method.SUPERVISED, true)),
        new Run("semimeta", "SemiMeta with mixup", method(StepOptions.Method.SEMIMETA, true)));
  }

  private static StepOptions method(StepOptions.Method method, boolean mixUp) {
    return StepOptions.defaults().withMethod(method).withMixUp(mixUp ? 1 : 0);
  }

  /**
   * Unpacks the images, trains and evaluates each method, and returns the outcomes in order.
   *
   * @throws UserError where the output exists already
   */
  public List<Outcome> run(Display display) throws IOException {
    SampleData.unpack(output, session.sparkContext().hadoopConfiguration());
    List<Outcome> outcomes = new ArrayList<>();
    for (Run run : runs()) {
      TrainingJob job =
          new TrainingJob(
              session,
              request(run),
              new EngineOptions(
                  EngineKind.BARRIER, 3, Duration.ofMinutes(2), Duration.ofMinutes(5)));
      double seconds = display.show(run, job);
      outcomes.add(new Outcome(run, evaluation(run), seconds));
    }
    return outcomes;
  }

  /** Makes the page on a run, and takes the test error from it; without a page it is measured. */
  private Evaluation evaluation(Run run) throws IOException {
    String command = "bin/semimeta report --run " + runFolder(run) + " --data " + dataFolder();
    Optional<Evaluation> seen =
        EndOfRun.report(session, runFolder(run), dataFolder(), command).figures();
    if (seen.isPresent()) {
      return seen.get();
    }
    EvaluateRequest evaluate =
        new EvaluateRequest(
            runFolder(run), dataFolder(), "test", Optional.empty(), Optional.empty());
    return EvaluateJob.run(session, evaluate);
  }

  /** Returns the folder of everything. */
  public Path output() {
    return output;
  }

  /** Returns the folder of the record files. */
  public Path dataFolder() {
    return SampleData.folder(output);
  }

  /** Returns the folder of a run's training output. */
  public Path runFolder(Run run) {
    return new Path(output, run.name());
  }

  private TrainingRequest request(Run run) {
    long warmup = Math.min(WARMUP, request.totalSteps() / 2);
    ScheduleRequest schedule =
        ScheduleRequest.ofSteps(request.totalSteps())
            .withKind(ScheduleRequest.Kind.COSINE)
            .withWarmup(warmup)
            .withRamp(warmup);
    RunRequest files =
        RunRequest.to(runFolder(run).toString())
            .withCheckpointEvery(Math.max(1, request.totalSteps() / CHECKPOINTS))
            .withLogEvery(20)
            .withKeep(1);
    DataRequest data = DataRequest.drawn(dataFolder().toString(), LABELS, 0);
    return TrainingRequest.of(data, schedule, files)
        .withBatch(new BatchOptions(Math.max(1, GLOBAL_BATCH / request.workers()), 2, true))
        .withNetwork(new NetworkRequest("convlarge", 0.25))
        .withMethod(run.method())
        .withSeed(request.seed())
        .withWorkers(request.workers());
  }
}
