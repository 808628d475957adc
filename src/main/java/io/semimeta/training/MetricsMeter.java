package io.semimeta.training;

import io.semimeta.algorithm.StepSettings;
import io.semimeta.plan.TrainingPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Turns the ranks' metrics into a run's, with its speed since the metrics before. */
public final class MetricsMeter {
  private final TrainingPlan plan;
  private long lastNanos = System.nanoTime();

  /** Makes the meter of a run that begins now. */
  public MetricsMeter(TrainingPlan plan) {
    this.plan = plan;
  }

  /** Returns the seconds since the metrics before. */
  public double secondsSince() {
    return (System.nanoTime() - lastNanos) / 1e9;
  }

  /**
   * Returns the metrics after {@code done} updates.
   *
   * @param ranks the last step's metrics of all ranks in rank order
   * @param times the ranks' times since the metrics before, in rank order
   */
  public RunMetrics metrics(long done, List<RankMetrics> ranks, List<RankTimes> times) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String name : ranks.get(0).means().keySet()) {
      values.put(name, mean(ranks, rank -> rank.means().get(name)));
    }
    values.put("allreduce_seconds", mean(times, RankTimes::allReduceOfStep));
    values.put("loader_wait_seconds", mean(times, RankTimes::loaderWaitOfStep));
    values.put("busy_seconds", mean(times, RankTimes::busyOfStep));
    putError(values, "label_error", ranks.stream().map(RankMetrics::labelled).toList());
    List<ErrorCounts> unlabelled = ranks.stream().map(RankMetrics::unlabelled).toList();
    putError(values, "pseudo_label_error", unlabelled);
    StepSettings settings = plan.schedule().at(done - 1);
    values.put("learning_rate", settings.learningRate());
    values.put("consistency_weight", settings.consistencyWeight());
    long images = plan.imagesOfStep() * times.get(0).steps() * times.size();
    values.put("images_per_second", images / secondsSince());
    lastNanos = System.nanoTime();
    long known = unlabelled.stream().mapToLong(ErrorCounts::examples).sum();
    return new RunMetrics(done, values, times, known);
  }

  /** Returns the mean over the ranks, summed in their order. */
  private static <T> double mean(List<T> ranks, ToDoubleFunction<T> value) {
    double sum = 0;
    for (T rank : ranks) {
      sum += value.applyAsDouble(rank);
    }
    return sum / ranks.size();
  }

  /** Puts an error rate where any rank knows a label. */
  private static void putError(Map<String, Double> values, String name, List<ErrorCounts> counts) {
    ErrorCounts all = counts.stream().reduce(ErrorCounts.NONE, ErrorCounts::plus);
    if (all.examples() > 0) {
      values.put(name, all.top1Error());
    }
  }
}
