package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.optim.Trigger;
import com.intel.analytics.bigdl.dllib.utils.Table;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.distributed.StopSignal;
import io.semimeta.distributed.Stragglers;
import io.semimeta.jobs.JobNames;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Checkpointer;
import io.semimeta.training.ErrorCounts;
import io.semimeta.training.MetricsMeter;
import io.semimeta.training.RankTimes;
import io.semimeta.training.RunHistory;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.TrainingResult;
import io.semimeta.training.TrainingState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.commons.lang3.exception.ExceptionUtils;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.util.CollectionAccumulator;

/**
 * Reports, validates and saves checkpoints in the driver between two steps. Before each step BigDL
 * asks this trigger whether the run is to end; no job of BigDL's runs meanwhile.
 */
final class BetweenSteps implements Trigger {
  private static final long serialVersionUID = 1L;

  // BigDL's triggers are serialisable, but this one never leaves the driver.
  private final transient TrainingPlan plan;
  private final transient Start start;
  private final transient JavaRDD<Integer> ranks;
  private final transient RunState state;
  private final transient CollectionAccumulator<MeasuredStep> metrics;
  private final transient Checkpointer checkpointer;
  private final transient TrainingListener listener;
  private final transient StopSignal stop;
  private final transient RunHistory history;
  private final transient MetricsMeter meter;
  private final transient Stragglers stragglers = new Stragglers(Clock.systemUTC());
  private long done;
  private boolean stopping;

  BetweenSteps(
      TrainingPlan plan,
      Start start,
      JavaRDD<Integer> ranks,
      RunState state,
      CollectionAccumulator<MeasuredStep> metrics,
      Checkpointer checkpointer,
      TrainingListener listener,
      StopSignal stop,
      Optional<TrainingState> before) {
    this.plan = plan;
    this.start = start;
    this.ranks = ranks;
    this.state = state;
    this.metrics = metrics;
    this.checkpointer = checkpointer;
    this.listener = listener;
    this.stop = stop;
    this.done = start.updates();
    history = new RunHistory(plan, before);
    meter = new MetricsMeter(plan);
  }

  @Override
  public boolean apply(Table progress) {
    long updates = start.updates() + (Integer) progress.apply("neval") - 1;
    if (updates > done) {
      done = updates;
      try {
        afterStep(progress);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    } else if (updates == start.updates()) {
      stopping = stop.isAsked() || (history.validationMissing(done) && !validate());
    }
    return done >= plan.run().stopAt() || stopping;
  }

  private void afterStep(Table progress) throws IOException {
    if (plan.run().due(done, plan.run().logEvery())) {
      report();
    } else if (done == start.updates() + 1) {
      listener.onFirstStep(RunMetrics.first(done, (Float) progress.apply("Loss")));
    }
    listener.onStep(done);
    stopping = done < plan.run().stopAt() && stop.isAsked();
    boolean validates = !stopping && history.validationDue(done);
    if (stopping || validates || history.checkpointDue(done)) {
      collect();
    }
    if (validates) {
      stopping = !validate();
    }
    if (stopping || history.checkpointDue(done)) {
      listener.beforeCheckpoint(done);
      checkpointer.save(
          history.state(done, state.model().batchesTracked()),
          state.model(),
          state.velocity(),
          new SoloCollective());
    }
  }

  /** Reports the last step; what a rank did not spend computing is the exchange's. */
  private void report() {
    List<MeasuredStep> all =
        metrics.value().stream()
            .filter(of -> of.done() == done)
            .sorted(Comparator.comparingInt(MeasuredStep::rank))
            .toList();
    metrics.reset();
    if (all.size() != ranks.getNumPartitions()) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT,
              "step %d: metrics of %d of %d ranks",
              done,
              all.size(),
              ranks.getNumPartitions()));
    }
    double seconds = meter.secondsSince();
    List<RankTimes> times =
        all.stream()
            .map(MeasuredStep::times)
            .map(of -> of.withAllReduce(Math.max(0, seconds - of.busy())))
            .toList();
    listener.onMetrics(
        meter.metrics(done, all.stream().map(MeasuredStep::metrics).toList(), times));
    stragglers.look(times, all.stream().map(MeasuredStep::host).toList());
  }

  private void collect() {
    List<SliceState> states;
    try (JobNames names = JobNames.described(spark(), "collect the weights of step " + done)) {
      states = ranks.map(rank -> BigDlRank.current(rank).slice()).collect();
    }
    for (SliceState slice : states) {
      if (slice.updates() != done) {
        throw new IllegalStateException(
            String.format(
                Locale.ROOT, "rank %d is at step %d, not %d", slice.rank(), slice.updates(), done));
      }
    }
    state.collect(start.slices(), states);
  }

  /**
   * Measures the errors, unless a stop is asked for meanwhile; the resumed run then measures them.
   *
   * @return whether the errors were measured
   */
  private boolean validate() {
    boolean mayEnd = done < plan.run().stopAt();
    List<ErrorCounts> counts;
    Broadcast<float[]> weights = spark().broadcast(state.weights());
    try (JobNames names = JobNames.described(spark(), "validate step " + done)) {
      // The job is submitted before the reaction is set, so an early stop finds a job to cancel.
      JavaFutureAction<List<ErrorCounts>> job =
          ranks.map(rank -> BigDlRank.current(rank).evaluate(weights.value())).collectAsync();
      try (StopSignal.Reaction givingUp =
          stop.react(
              () -> {
                if (mayEnd) {
                  job.cancel(true);
                }
              })) {
        counts = errors(job);
      }
    } catch (Exception e) { // SparkException is checked, but Scala does not declare it
      if (mayEnd && stop.isAsked()) {
        return false;
      }
      throw e;
    } finally {
      weights.destroy();
    }
    listener.onValidation(history.validated(done, counts));
    return true;
  }

  private static List<ErrorCounts> errors(JavaFutureAction<List<ErrorCounts>> job) {
    try {
      return job.get();
    } catch (ExecutionException e) {
      return ExceptionUtils.rethrow(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the ranks validate", e);
    }
  }

  private JavaSparkContext spark() {
    return JavaSparkContext.fromSparkContext(ranks.context());
  }

  /** Returns how the run ended. */
  TrainingResult result() {
    TrainingState end = history.state(done, state.model().batchesTracked());
    return new TrainingResult(end.step(), end.validations(), end.bestStep(), end.seconds(), 0);
  }
}
