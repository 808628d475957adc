package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.cluster.Cluster;
import io.semimeta.cluster.MemoryEstimate;
import io.semimeta.cluster.StartWatchdog;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.RankRecords;
import io.semimeta.files.DataFiles;
import io.semimeta.files.OutputPlace;
import io.semimeta.jobs.JobNames;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.Turn;
import io.semimeta.model.Placement;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScriptFile;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingRequest;
import io.semimeta.training.InitialWeights;
import io.semimeta.training.Phase;
import io.semimeta.training.ScriptCheck;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.TrainingState;
import io.semimeta.training.metrics.ResultFile;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.sql.SparkSession;

/** Carries out a run from beginning to end: the request, the plan, the engine, the result. */
public final class TrainingJob {
  private static final Logger LOG = LogManager.getLogger(TrainingJob.class);

  private final JavaSparkContext spark;
  private final TrainingRequest request;
  private final EngineOptions engineOptions;
  private final EngineKind engine;
  private final Path output;
  private final TrainingData data;
  private final Optional<ScriptFile> script;
  private final TrainingPlan plan;
  private final Optional<MemoryEstimate> memory;
  private volatile Optional<TrainingState> resumed;
  private final boolean drawsClassifier;
  private String command;

  /**
   * Reads the data set's headers, makes the plan and checks the output; it writes nothing yet.
   *
   * @throws UserError where data, options and output do not fit
   */
  public TrainingJob(SparkSession session, TrainingRequest request, EngineOptions engineOptions)
      throws IOException {
    this(
        session,
        request,
        engineOptions,
        Cluster.of(session.sparkContext().conf(), request.workers()));
  }

  /**
   * Prepares a run for a cluster other than the one that reads the headers.
   *
   * @param cluster the cluster that the run is to have
   */
  public TrainingJob(
      SparkSession session, TrainingRequest request, EngineOptions engineOptions, Cluster cluster)
      throws IOException {
    this.spark = JavaSparkContext.fromSparkContext(session.sparkContext());
    this.request = request.withNetwork(request.network().qualified(spark.hadoopConfiguration()));
    this.engineOptions = engineOptions;
    this.engine = EngineKind.named(engineOptions.engine());
    engine.requireStarted(cluster, engineOptions.allowUnencrypted());
    this.output = DataFiles.qualified(new Path(request.run().output()), configuration());
    this.data = read();
    Placement placement = Placement.CPU.on(cluster.device(request.device()));
    this.script = script();
    this.plan = PlanMaker.plan(this.request, data, placement, output.toString(), script);
    engine.require(plan, request.workers());
    data.requireEnough(request.workers(), request.method());
    this.memory =
        MemoryEstimate.of(
            plan,
            data.imagesOfARank(request.workers(), request.method().usesUnlabelled()),
            request.workers());
    memory.map(cluster::requireMemory).ifPresent(doubts -> doubts.forEach(LOG::warn));
    this.resumed = checkOutput();
    this.drawsClassifier = checkInitialWeights();
  }

  /** Reads the headers, on executors: without any, this would wait without an end. */
  private TrainingData read() throws IOException {
    String jobGroup = "semimeta train " + output;
    try (JobNames names = JobNames.grouped(spark, jobGroup, "read the data set", false);
        StartWatchdog watchdog =
            StartWatchdog.ofExecutors(
                spark, jobGroup, request.workers(), engineOptions.startTimeout())) {
      try {
        return TrainingData.read(spark, request.data(), request.method(), request.seed());
      } catch (Exception e) { // SparkException is checked, but Scala does not declare it
        Optional<UserError> late = watchdog.failure();
        if (late.isPresent()) {
          throw late.get();
        }
        throw e;
      }
    }
  }

  /**
   * Has the result name the line that began the run.
   *
   * @param line the line as the user may give it again
   */
  public TrainingJob begunBy(String line) {
    command = line;
    return this;
  }

  /** Returns the plan of what will be done. */
  public TrainingPlan plan() {
    return plan;
  }

  /** Counts the images that this run uses. */
  public ImageCounts imageCounts() {
    return ImageCounts.of(data);
  }

  /** Estimates a rank's memory at most; it is unknown on a GPU and for TorchScript networks. */
  public Optional<MemoryEstimate> memory() {
    return memory;
  }

  /** Returns the number of ranks. */
  public int ranks() {
    return request.workers();
  }

  /** Returns the number of the network's parameters. */
  public long parameterCount() {
    return plan.network().parameterCount();
  }

  /** Tells whether the initial weights are of another number of classes. */
  public boolean drawsClassifier() {
    return drawsClassifier;
  }

  /** Returns the step that the run goes on from, or 0. */
  public long firstStep() {
    return resumed.map(TrainingState::step).orElse(0L);
  }

  /** Returns the newest checkpoint's step, of those that are in the output by now. */
  public OptionalLong lastCheckpoint() throws IOException {
    return new CheckpointStore(output, configuration())
        .committed().stream().mapToLong(step -> step).max();
  }

  /**
   * Trains to the end and writes the result.
   *
   * @param listener hears of the progress, on the driver
   */
  public TrainingResult run(TrainingListener listener) throws IOException {
    return run(listener, new StopSignal(Duration.ZERO));
  }

  /**
   * Trains to the end and writes the result, unless it is asked to stop: then it returns a result
   * from before the plan's end, and writes none.
   */
  public TrainingResult run(TrainingListener listener, StopSignal stop) throws IOException {
    try (LeasedOutput leased =
        LeasedOutput.take(
            spark,
            "train",
            List.of(RunOutput.place(output)),
            what -> listener.onPhase(Phase.now(what)))) {
      return leased.during(() -> run(listener, stop, leased));
    }
  }

  private TrainingResult run(TrainingListener listener, StopSignal stop, LeasedOutput leased)
      throws IOException {
    if (isOlder(resumed)) { // another run wrote there before its lease was ours
      resumed = checkOutput();
    }
    try {
      LabelIndices.write(data.split(), output.toUri(), configuration());
    } catch (IOException e) { // this file is the first; after it, a failure is the disk's
      throw OutputPlace.unwritable("--output", output, e);
    }
    if (script.isPresent()) {
      script.get().keep(output, configuration());
    }
    Instant begun = Instant.now();
    TrainingResult result;
    if (firstStep() == plan.run().stopAt()) {
      result = TrainingResult.of(resumed.orElseThrow(), 0);
      if (ResultFile.tellsOf(result.step(), output, configuration())) {
        return result;
      }
    } else {
      result = train(listener, stop, leased);
    }
    if (result.step() < plan.run().stopAt()) {
      return result;
    }
    leased.requireHeld();
    ResultJson.About about =
        new ResultJson.About(data.uri().toString(), command, spark.version(), spark.master());
    ResultFile.write(output, configuration(), ResultJson.of(plan, result, begun, about));
    return result;
  }

  private TrainingResult train(TrainingListener listener, StopSignal stop, LeasedOutput leased) {
    JavaRDD<RankRecords> records =
        data.records(spark, request.workers(), request.seed(), request.method());
    try (Turn turn =
            Turn.await(spark.sc(), stop::isAsked, what -> listener.onPhase(Phase.now(what)));
        TrainingMetrics metrics = TrainingMetrics.register(firstStep())) {
      listener.onPhase(Phase.now("waiting for executors"));
      // The metrics hear first, so that the listener finds them up to date.
      TrainingListener all =
          new TrainingListeners(List.of(unlessLost(leased), metrics, stop, listener));
      return engine.create(records, engineOptions, all, stop).run(plan);
    }
  }

  /** Makes a listener that refuses restarts after the run has lost its output. */
  private static TrainingListener unlessLost(LeasedOutput leased) {
    return new TrainingListener() {
      @Override
      public void onRestart(int restarts) {
        leased.requireHeld();
      }
    };
  }

  /** Tells whether the output has another last checkpoint by now. */
  private boolean isOlder(Optional<TrainingState> state) throws IOException {
    return lastCheckpoint().orElse(0) != state.map(TrainingState::step).orElse(0L);
  }

  /**
   * Requires an output without checkpoints for a new run, and one with a checkpoint of the same
   * options for a resumed one.
   */
  private Optional<TrainingState> checkOutput() throws IOException {
    CheckpointStore store = new CheckpointStore(output, configuration());
    RunOutput.require(request.run(), output, store);
    Optional<Checkpoint> latest =
        request.run().resume() == RunRequest.Resume.NO
            ? Optional.<Checkpoint>empty()
            : store.readLatest();
    Optional<TrainingState> state =
        latest.map(checkpoint -> TrainingState.of(checkpoint, output.toString()));
    state.ifPresent(
        found -> RunOutput.requireGoesOn(found, plan.options(), Set.of(), plan.run().stopAt()));
    return state;
  }

  /** Reads the network's file; a resumed run has a copy, should the original be gone. */
  private Optional<ScriptFile> script() throws IOException {
    String architecture = request.network().architecture();
    if (!ScriptFile.isMeant(architecture)) {
      return Optional.empty();
    }
    String uri = ScriptFile.uri(architecture, configuration());
    String copy = ScriptFile.in(output).toString();
    boolean useCopy =
        request.run().resume() != RunRequest.Resume.NO
            && !ScriptFile.exists(uri, configuration())
            && ScriptFile.exists(copy, configuration());
    return Optional.of(ScriptFile.read(useCopy ? copy : uri, configuration()));
  }

  /** Checks the initial weights before the executors start; rank 0 will read the file again. */
  private boolean checkInitialWeights() throws IOException {
    if (script.isPresent()) {
      ScriptCheck.require(
          plan.network(),
          InitialWeights.ofScript(script.get().source(), configuration()),
          plan.input(),
          plan.batch().size(),
          plan.manifest().classes().size(),
          plan.method().usesForwardMode());
    }
    Optional<InitialWeights> weights =
        resumed.isPresent() || plan.initFrom().isEmpty()
            ? Optional.empty()
            : InitialWeights.of(plan, configuration());
    weights.ifPresent(initial -> initial.requireFit(plan.network()));
    return weights.filter(initial -> initial.hasOtherClasses(plan.network())).isPresent();
  }

  private Configuration configuration() {
    return spark.hadoopConfiguration();
  }
}
