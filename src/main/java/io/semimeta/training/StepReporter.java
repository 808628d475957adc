package io.semimeta.training;

import io.semimeta.algorithm.StepSettings;
import io.semimeta.plan.TrainingPlan;
import java.util.List;
import java.util.Map;

/** Turns the ranks' figures into a run's, with its speed since the report before. */
public final class StepReporter {
  private final TrainingPlan plan;
  private final int ranks;
  private long lastStep;
  private long lastReport;

  /** Makes the reporter of a run that begins now, after {@code firstStep} updates. */
  public StepReporter(TrainingPlan plan, int ranks, long firstStep) {
    this.plan = plan;
    this.ranks = ranks;
    this.lastStep = firstStep;
    this.lastReport = System.nanoTime();
  }

  /** Returns the number of steps since the report before. */
  public long stepsUntil(long done) {
    return done - lastStep;
  }

  /** Returns the seconds since the report before. */
  public double secondsSince() {
    return (System.nanoTime() - lastReport) / 1e9;
  }

  /**
   * Returns the report after {@code done} updates.
   *
   * @param figures the last step's figures of all ranks in rank order, with times
   */
  public StepReport report(long done, List<RankFigures> figures) {
    StepSettings settings = plan.schedule().at(done - 1);
    long steps = stepsUntil(done);
    long images = plan.imagesOfStep() * steps;
    Map<String, Double> values = RankFigures.combine(figures);
    values.put("learning_rate", settings.learningRate());
    values.put("consistency_weight", settings.consistencyWeight());
    values.put("images_per_second", images * ranks / secondsSince());
    lastStep = done;
    lastReport = System.nanoTime();
    long known = figures.stream().mapToLong(of -> of.unlabelled().examples()).sum();
    return new StepReport(
        done, values, figures.stream().map(of -> of.times(steps)).toList(), known);
  }
}
