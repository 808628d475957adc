package io.semimeta.distributed;

import io.semimeta.UserError;
import io.semimeta.algorithm.Collective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.LabelIndices;
import io.semimeta.data.RankRecords;
import io.semimeta.files.DataFiles;
import io.semimeta.jobs.HeldSignals;
import io.semimeta.jobs.LeasedOutput;
import io.semimeta.jobs.SingleTry;
import io.semimeta.loader.RankImages;
import io.semimeta.model.NativeLibrary;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Checkpointer;
import io.semimeta.training.DivergedException;
import io.semimeta.training.InitialWeights;
import io.semimeta.training.MetricsListener;
import io.semimeta.training.Phase;
import io.semimeta.training.Trainer;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingListeners;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.TrainingState;
import io.semimeta.training.metrics.MetricsFiles;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.TaskKilledException;
import org.apache.spark.resource.ResourceInformation;
import org.apache.spark.util.SerializableConfiguration;
import scala.Function1;
import scala.collection.Iterator;
import scala.collection.Iterator$;

/**
 * Runs one rank as a task of Spark's, which turns its records into its outcome.
 *
 * @param firstStep the step of the checkpoint to go on from, or 0 to begin
 * @param threads the number of libtorch's threads
 * @param timeout the longest time of each call between the ranks
 * @param stopWord the number of the words between driver and ranks on the run's early end
 */
record RankTask(
    TrainingPlan plan,
    long firstStep,
    int threads,
    Duration timeout,
    SerializableConfiguration configuration,
    ProgressAccumulator progress,
    long stopWord)
    implements Function1<Iterator<RankRecords>, Iterator<RankOutcome>>, Serializable {
  private static final TrainingListener NOBODY = new TrainingListener() {};

  @Override
  public Iterator<RankOutcome> apply(Iterator<RankRecords> records) {
    RankOutcome outcome;
    TaskContext context = TaskContext.get();
    SingleTry.requireFirst(context);
    try (HeldSignals held = HeldSignals.unless(context::isInterrupted);
        StopWord.Ear stop = new StopWord.Ear(stopWord)) {
      outcome = train(records.next(), context, stop);
    } catch (DivergedException e) {
      outcome = new RankOutcome(null, e.step());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Iterator$.MODULE$.single(outcome);
  }

  private RankOutcome train(RankRecords records, TaskContext context, BooleanSupplier stop)
      throws IOException {
    TrainingListener phases = context.partitionId() == 0 ? sender(context) : NOBODY;
    phases.onPhase(Phase.now("loading libtorch"));
    NativeLibrary.load(threads);
    phases.onPhase(Phase.now("loading images"));
    TrainingPlan own = plan.network().placement().isCuda() ? plan.on(gpu(context)) : plan;
    Path output = new Path(own.run().output());
    Configuration conf = configuration.value();
    if (context.partitionId() == 0) {
      requireSharedOutput(output, conf);
    }
    CheckpointStore store = new CheckpointStore(output, conf);
    try (RankImages images = own.images(records, context.partitionId(), threads)) {
      phases.onPhase(Phase.now("joining the ranks"));
      Collective ranks = Rendezvous.join(context, own.network().placement(), timeout);
      boolean isFirst = ranks.rank() == 0;
      Optional<Checkpoint> from =
          isFirst && firstStep > 0 ? Optional.of(read(store)) : Optional.empty();
      Optional<InitialWeights> initial =
          isFirst && firstStep == 0 ? InitialWeights.of(own, conf) : Optional.empty();
      TrainingListener listener =
          isFirst ? firstRankListener(output, conf, phases, context) : NOBODY;
      Checkpointer checkpointer = new Checkpointer(store, own.run().keep());
      phases.onPhase(Phase.now("first step"));
      try (Trainer trainer = new Trainer(own, images, ranks, checkpointer, listener, stop)) {
        TrainingState end = trainer.run(from, initial, firstStep);
        ranks.close();
        return new RankOutcome(TrainingResult.of(end, 0), -1);
      }
    }
  }

  /** Reads the checkpoint, which the driver has just found sound: a fault is not the user's. */
  private Checkpoint read(CheckpointStore store) throws IOException {
    try {
      return store.read(firstStep);
    } catch (UserError e) { // which would end the run; without it another attempt looks again
      throw new IOException(e.getMessage());
    }
  }

  /** Refuses an output on a disk of this host alone, which the driver would not see. */
  private static void requireSharedOutput(Path output, Configuration conf) throws IOException {
    if (!DataFiles.fileSystem(output, conf).exists(LabelIndices.file(output))) {
      throw new UserError(
          "--output %s: executors do not see what the driver wrote there; choose a folder that all machines see, such as an hdfs: or s3a: one"
              .formatted(output));
    }
  }

  private TrainingListener firstRankListener(
      Path output, Configuration conf, TrainingListener sender, TaskContext context)
      throws IOException {
    Runnable guard = LeasedOutput.guardInTask(RunOutput.place(output), conf);
    guard.run();
    MetricsFiles files = MetricsFiles.resume(output, conf, firstStep).guardedBy(guard);
    return new TrainingListeners(
        List.of(
            new MetricsListener(files), sender, StopWord.telling(stopWord), endingWith(context)));
  }

  /** Returns a listener that ends a rank which Spark has cancelled: alone, it waits for nobody. */
  private static TrainingListener endingWith(TaskContext context) {
    return new TrainingListener() {
      @Override
      public void onStep(long step) {
        if (context.isInterrupted()) {
          throw new TaskKilledException("cancelled");
        }
      }
    };
  }

  private TrainingListener sender(TaskContext context) {
    return new ProgressSender(progress, Rendezvous.hosts(context));
  }

  private static String gpu(TaskContext context) {
    ResourceInformation gpus = context.resourcesJMap().get("gpu");
    return "cuda:" + (gpus == null ? "0" : gpus.addresses()[0]);
  }
}
