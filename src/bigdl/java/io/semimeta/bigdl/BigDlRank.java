package io.semimeta.bigdl;

import com.intel.analytics.bigdl.dllib.tensor.Tensor;
import io.semimeta.algorithm.Sgd;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.algorithm.StepClock;
import io.semimeta.data.RankRecords;
import io.semimeta.jobs.FailingHosts;
import io.semimeta.jobs.HeldSignals;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Model;
import io.semimeta.model.NativeLibrary;
import io.semimeta.model.TensorBytes;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.DivergedException;
import io.semimeta.training.ErrorCounts;
import io.semimeta.training.RankMetrics;
import io.semimeta.training.Replica;
import io.semimeta.training.StepTimer;
import org.apache.spark.SparkEnv;
import org.apache.spark.TaskContext;
import org.apache.spark.util.CollectionAccumulator;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.global.torch;

/**
 * Holds a rank under BigDL: the executor's images, its replica of the network, and its slice of
 * weights and velocity. BigDL clones, serialises and drops its own objects as it likes; this one,
 * the only one in the executor's JVM, lives as long as the attempt.
 *
 * <p>BigDL has no step counter that an executor can trust. The step is the number of updates that
 * the weights themselves record, see {@link Slices}.
 */
final class BigDlRank implements AutoCloseable {
  private static BigDlRank current;
  private static HeldSignals signals;

  private final Start start;
  private final int rank;
  private final String host = SparkEnv.get().blockManager().blockManagerId().host();
  private final TrainingPlan plan;
  private final Slices slices;
  private final RankImages images;
  private final StepTimer timer;
  private final Replica replica;
  private final Sgd sgd;
  private final org.bytedeco.pytorch.Tensor weights;
  private final org.bytedeco.pytorch.Tensor gradient;
  private final org.bytedeco.pytorch.Tensor velocity;
  private long updates;
  private boolean closed;

  private BigDlRank(Start start, int rank, RankImages images) {
    this.start = start;
    this.rank = rank;
    this.plan = start.plan();
    this.slices = start.slices();
    this.images = images;
    this.updates = start.updates();
    timer = new StepTimer(new SoloCollective(), images);
    replica = new Replica(plan, timer.images(), rank, timer.ranks());
    replica.model().setBatchesTracked(start.batchesTracked());
    sgd = new Sgd(plan.sgd().momentum(), plan.sgd().weightDecay());
    try (NoGradGuard guard = new NoGradGuard()) {
      weights = torch.zeros(new long[] {slices.ownLength(rank)});
      gradient = torch.zeros_like(weights);
      velocity = torch.zeros(new long[] {parametersInSlice()});
    }
    TensorBytes.put(start.weights(), slices.ownStart(rank), weights);
    TensorBytes.put(start.velocity(), Math.min(slices.ownStart(rank), parameters()), velocity);
  }

  /**
   * Loads this executor's rank, unless it is loaded already.
   *
   * @throws io.semimeta.UserError where an image cannot be read
   */
  static synchronized void load(Start start, int rank, RankRecords records) {
    if (current != null && current.start.attempt().equals(start.attempt())) {
      requireRank(current, rank);
      return;
    }
    unload();
    FailingHosts.inTask(() -> NativeLibrary.load(start.threads()));
    current = new BigDlRank(start, rank, start.plan().images(records, rank, start.threads()));
    signals = HeldSignals.unless(() -> false);
  }

  private static void requireRank(BigDlRank loaded, int rank) {
    if (loaded.rank != rank) {
      throw new IllegalStateException(
          "rank %s came to the executor of rank %s".formatted(rank, loaded.rank));
    }
  }

  /** Returns this executor's rank. */
  static synchronized BigDlRank current() {
    if (current == null) {
      throw new IllegalStateException("a new executor, without the run's images");
    }
    return current;
  }

  /** Returns this executor's rank, which must be the given one. */
  static BigDlRank current(int rank) {
    BigDlRank loaded = current();
    requireRank(loaded, rank);
    return loaded;
  }

  /** Frees this executor's rank, if there is one. */
  static synchronized void unload() {
    if (signals != null) {
      signals.close();
      signals = null;
    }
    if (current != null) {
      current.close();
      current = null;
    }
  }

  private int parameters() {
    return Math.toIntExact(replica.model().vector().parameterCount());
  }

  private int parametersInSlice() {
    return Math.max(0, Math.min(slices.ownLength(rank), parameters() - slices.ownStart(rank)));
  }

  /**
   * Computes the gradient of this rank's batch at the weights, in BigDL's first job of a step.
   *
   * @param theta the whole weight vector, as {@link Slices} lays it out
   * @param into receives the whole gradient, in the same layout
   * @return the loss
   */
  synchronized double gradient(
      Tensor<Object> theta, Tensor<Object> into, CollectionAccumulator<MeasuredStep> reports) {
    requireOpen();
    torch.set_num_threads(start.threads()); // BigDL's thread, not the one that loaded
    RankMetrics metrics = timer.step(() -> gradient(theta, into));
    long done = updates + 1;
    if (plan.run().due(done, plan.run().logEvery())) {
      reports.add(new MeasuredStep(rank, host, done, metrics, timer.take()));
    }
    return metrics.loss();
  }

  private RankMetrics gradient(Tensor<Object> theta, Tensor<Object> into) {
    Model model = replica.model();
    float[] from = Numeric.array(theta);
    updates = slices.updates(from, Numeric.offset(theta));
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (int i = 0; i < slices.count(); i++) {
        TensorBytes.put(
            from,
            Numeric.offset(theta) + slices.start(i),
            model.vector().theta().narrow(0, slices.ownStart(i), slices.ownLength(i)));
      }
    }
    RankMetrics metrics = replica.gradient(updates, StepClock.NONE);
    float[] to = Numeric.array(into);
    try (PointerScope scope = new PointerScope()) {
      for (int i = 0; i < slices.count(); i++) {
        TensorBytes.get(
            model.vector().gradient().narrow(0, slices.ownStart(i), slices.ownLength(i)),
            to,
            Numeric.offset(into) + slices.start(i));
      }
    }
    slices.putMarks(to, Numeric.offset(into), Slices.gradientMark(updates));
    return metrics;
  }

  /**
   * Updates this rank's slice of the weights, in BigDL's second job of a step.
   *
   * @param theta the slice of the weights, with its mark; overwritten
   * @param mean the slice of the ranks' mean gradient, with its mark
   */
  synchronized void update(Tensor<Object> theta, Tensor<Object> mean) {
    requireOpen();
    float[] from = Numeric.array(mean);
    float[] to = Numeric.array(theta);
    int length = slices.ownLength(rank);
    int mark = Numeric.offset(theta) + length;
    slices.requireComplete(from[Numeric.offset(mean) + length], updates, rank);
    Slices.requireMark((float) updates, to[mark], "weights", rank);
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      TensorBytes.put(from, Numeric.offset(mean), gradient);
      TensorBytes.put(to, Numeric.offset(theta), weights);
      int split = parametersInSlice();
      sgd.update(
          weights.narrow(0, 0, split),
          gradient.narrow(0, 0, split),
          velocity,
          plan.schedule().at(updates).learningRate());
      weights.narrow(0, split, length - split).copy_(gradient.narrow(0, split, length - split));
      updates++;
      DivergedException.requireFinite(weights, updates);
      TensorBytes.get(weights, to, Numeric.offset(theta));
    }
    to[mark] = (float) updates;
  }

  /** Returns this rank's part of the run's state. */
  synchronized SliceState slice() {
    requireOpen();
    float[] values = new float[slices.ownLength(rank)];
    TensorBytes.get(weights, values, 0);
    float[] velocities = new float[parametersInSlice()];
    TensorBytes.get(velocity, velocities, 0);
    return new SliceState(rank, updates, values, velocities, replica.model().batchesTracked());
  }

  /** Counts the errors of the given weights on this rank's validation images. */
  synchronized ErrorCounts evaluate(float[] theta) {
    requireOpen();
    torch.set_num_threads(start.threads());
    TensorBytes.put(theta, 0, replica.model().vector().theta());
    return replica.evaluate(TaskContext.get()::isInterrupted);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("another attempt has begun");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    weights.close();
    gradient.close();
    velocity.close();
    replica.close();
    images.close();
  }
}
