package io.semimeta.benchmark;

import io.semimeta.UserError;
import io.semimeta.demo.SampleData;
import io.semimeta.distributed.EngineOptions;
import io.semimeta.distributed.TrainingJob;
import io.semimeta.files.DataFiles;
import io.semimeta.loader.BatchOptions;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.metrics.MetricsRow;
import io.semimeta.training.metrics.MetricsRows;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Times SemiMeta's step under several engines, one after the other for each network, in one
 * application: with the same executors, images, batches and weights.
 */
public final class EngineBenchmark {
  private static final int LABELS = 40;
  private static final int STEPS_OF_A_REPORT = 5;

  private final SparkSession session;
  private final Request request;
  private final Path output;

  /**
   * Says what is measured.
   *
   * @param output the folder for data and runs; must not exist
   * @param engines the engines' names; the first is the reference
   * @param networks the networks, in order
   * @param workers the number of executors
   * @param batchSize the labelled images of a rank's step, and as many unlabelled ones
   * @param steps the steps of each run; the first five warm up
   */
  public record Request(
      String output,
      List<String> engines,
      List<Network> networks,
      int workers,
      int batchSize,
      long steps) {}

  /**
   * Names a network and its width.
   *
   * @param architecture the name as {@code --architecture} takes it
   * @param width the factor as {@code --width} takes it
   */
  public record Network(String architecture, double width) {
    /**
     * Parses {@code NAME} or {@code NAME:WIDTH}.
     *
     * @throws UserError where the width is no number
     */
    public static Network parse(String text) {
      String[] parts = text.split(":", 2);
      try {
        return new Network(parts[0], parts.length == 1 ? 1 : Double.parseDouble(parts[1]));
      } catch (NumberFormatException e) {
        throw new UserError(
            "--networks %s: must be NAME or NAME:WIDTH, as in convlarge:0.25".formatted(text), e);
      }
    }

    @Override
    public String toString() {
      return width == 1 ? architecture : architecture + ":" + width;
    }
  }

  /**
   * Holds what was measured: medians over the reports after the first.
   *
   * @param network the network that was trained
   * @param parameters the number of the network's parameters
   * @param engine the engine that trained it
   * @param stepSeconds the seconds from one step to the next
   * @param exchangeSeconds the part of {@code stepSeconds} that the ranks did not spend computing
   */
  public record Timing(
      Network network,
      long parameters,
      String engine,
      double stepSeconds,
      double exchangeSeconds) {}

  public EngineBenchmark(SparkSession session, Request request) {
    this.session = session;
    this.request = request;
    this.output =
        DataFiles.qualified(
            new Path(request.output()), session.sparkContext().hadoopConfiguration());
  }

  /** Shows people how a run goes. */
  public interface Display {
    /** Carries a job out. */
    void show(Network network, String engine, TrainingJob job) throws IOException;
  }

  /**
   * Trains each network on each engine and measures the steps.
   *
   * @param display carries out each run
   * @return one timing for each network and engine, in their order
   * @throws UserError where the output exists already
   */
  public List<Timing> run(Display display) throws IOException {
    SampleData.unpack(output, session.sparkContext().hadoopConfiguration());
    List<Timing> timings = new ArrayList<>();
    for (Network network : request.networks()) {
      for (String engine : request.engines()) {
        timings.add(time(network, engine, display));
      }
    }
    return timings;
  }

  private Timing time(Network network, String engine, Display display) throws IOException {
    EngineOptions patience =
        new EngineOptions(engine, 0, Duration.ofMinutes(2), Duration.ofMinutes(5));
    TrainingJob job = new TrainingJob(session, request(network, engine), patience);
    display.show(network, engine, job); // its listener does not hear of every report
    Path run = new Path(job.plan().run().output());
    List<MetricsRow> reports =
        MetricsRows.read(run, session.sparkContext().hadoopConfiguration()).rows().stream()
            .filter(row -> row.kind().equals(MetricsRow.TRAIN))
            .toList();
    double images = 2.0 * request.batchSize() * request.workers();
    List<MetricsRow> warm = reports.subList(1, reports.size());
    return new Timing(
        network,
        job.parameterCount(),
        engine,
        images / Rounds.median(warm, row -> row.values().get("images_per_second")),
        Rounds.median(warm, row -> row.values().get("allreduce_seconds")));
  }

  private TrainingRequest request(Network network, String engine) {
    Path run = new Path(output, network.architecture() + "-" + network.width() + "-" + engine);
    ScheduleRequest schedule =
        ScheduleRequest.ofSteps(request.steps())
            .withKind(ScheduleRequest.Kind.COSINE)
            .withLearningRate(0.01);
    RunRequest files =
        RunRequest.to(run.toString())
            .withCheckpointEvery(OptionalLong.of(request.steps()))
            .withValidateEvery(OptionalLong.of(request.steps()))
            .withLogEvery(STEPS_OF_A_REPORT)
            .withKeep(1);
    // With validation images, the whole test split need not be evaluated at the end.
    DataRequest data = DataRequest.drawn(SampleData.folder(output).toString(), LABELS, LABELS);
    return TrainingRequest.of(data, schedule, files)
        .withBatch(new BatchOptions(request.batchSize(), 2, true))
        .withNetwork(new NetworkRequest(network.architecture(), network.width()))
        // Every engine has this scope.
        .withMethod(StepOptions.defaults().withMixUpAlpha(1).withScope(StepOptions.Scope.LOCAL))
        .withDevice("cpu")
        .withWorkers(request.workers());
  }
}
