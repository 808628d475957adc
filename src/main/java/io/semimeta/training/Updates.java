package io.semimeta.training;

import io.semimeta.algorithm.Sgd;
import io.semimeta.algorithm.StepClock;
import io.semimeta.model.Model;
import io.semimeta.model.ParameterVector;
import io.semimeta.plan.TrainingPlan;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/** Makes the updates of one rank, each from its batch to the new weights. */
public final class Updates implements AutoCloseable {
  private final TrainingPlan plan;
  private final StepTimer timer;
  private final StepClock clock;
  private final Replica replica;
  private final Sgd sgd;
  private final Tensor velocity;

  /**
   * Makes the updates of a rank whose weights and velocity are all zero.
   *
   * @param timer has the ranks and this rank's images
   * @param clock hears which part of a step begins
   */
  public Updates(TrainingPlan plan, StepTimer timer, StepClock clock) {
    this.plan = plan;
    this.timer = timer;
    this.clock = clock;
    replica = new Replica(plan, timer.images(), timer.ranks().rank(), timer.ranks());
    sgd = new Sgd(plan.sgd().momentum(), plan.sgd().weightDecay());
    velocity = Checkpointer.zeroVelocity(replica.model());
  }

  Replica replica() {
    return replica;
  }

  public Model model() {
    return replica.model();
  }

  Tensor velocity() {
    return velocity;
  }

  /**
   * Makes the update of step {@code s}, from 0.
   *
   * @throws DivergedException where it leaves weights that are not finite
   */
  public RankMetrics update(long s) {
    try (PointerScope scope = new PointerScope()) {
      RankMetrics metrics = replica.gradient(s, clock);
      ParameterVector vector = model().vector();
      clock.begin(StepClock.Part.ALL_REDUCE);
      timer.allReduceMean(vector.gradient());
      clock.begin(StepClock.Part.UPDATE);
      double learningRate = plan.schedule().at(s).learningRate();
      sgd.update(vector.parameterValues(), vector.parameterGradient(), velocity, learningRate);
      vector.adoptStatistics();
      // This follows the update, which a gradient that is not finite spoils too, and precedes any
      // checkpoint over a good one. All ranks hold the same numbers, so all stop at the same step.
      DivergedException.requireFinite(vector.theta(), s + 1);
      return metrics;
    }
  }

  @Override
  public void close() {
    velocity.close();
    replica.close();
  }
}
