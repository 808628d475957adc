package io.semimeta.training;

import io.semimeta.algorithm.StepMetrics;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Holds what one rank measured in one step. Each figure is defined once, for all methods: losses
 * are those of the step itself; error rates are of eval-mode predictions for the step's augmented
 * images, before its update.
 *
 * @param means the figures by name, in the order for people; the same names on every rank
 * @param labelled the errors on the labelled images
 * @param unlabelled the errors on the unlabelled images whose class is known
 */
public record RankFigures(Map<String, Double> means, ErrorCounts labelled, ErrorCounts unlabelled)
    implements Serializable {
  private static final String LOADER_WAIT = "loader_wait_seconds";
  private static final String BUSY = "busy_seconds";

  static RankFigures of(StepMetrics metrics, ErrorCounts labelled, ErrorCounts unlabelled) {
    Map<String, Double> means = new LinkedHashMap<>();
    means.put("loss", metrics.loss());
    means.put("supervised_loss", metrics.supervisedLoss());
    metrics.consistencyLoss().ifPresent(loss -> means.put("consistency_loss", loss));
    metrics.confidence().ifPresent(confidence -> means.put("confidence", confidence));
    means.put("gradient_norm", metrics.gradientNorm());
    return new RankFigures(means, labelled, unlabelled);
  }

  /**
   * Adds where the time of the steps since the last report went, as means.
   *
   * @param times the rank's own times of these steps
   * @param allReduce the seconds in the gradient's all-reduce, waiting for slower ranks included
   */
  public RankFigures withTimes(RankTimes times, double allReduce) {
    Map<String, Double> more = new LinkedHashMap<>(means);
    more.put("allreduce_seconds", allReduce / times.steps());
    more.put(LOADER_WAIT, times.loaderWaitOfStep());
    more.put(BUSY, times.busyOfStep());
    return new RankFigures(more, labelled, unlabelled);
  }

  /** Returns the times that {@link #withTimes} has added. */
  RankTimes times(long steps) {
    return new RankTimes(steps, means.get(BUSY) * steps, means.get(LOADER_WAIT) * steps);
  }

  /** Returns numbers that a {@link io.semimeta.algorithm.Collective} can gather. */
  long[] toLongs() {
    long[] numbers = new long[means.size() + 4];
    int i = 0;
    for (double mean : means.values()) {
      numbers[i++] = Double.doubleToRawLongBits(mean);
    }
    numbers[i++] = labelled.examples();
    numbers[i++] = labelled.top1Errors();
    numbers[i++] = unlabelled.examples();
    numbers[i] = unlabelled.top1Errors();
    return numbers;
  }

  /** Reads another rank's {@link #toLongs}; the names are this rank's. */
  RankFigures fromLongs(long[] numbers) {
    Map<String, Double> others = new LinkedHashMap<>();
    int i = 0;
    for (String name : means.keySet()) {
      others.put(name, Double.longBitsToDouble(numbers[i++]));
    }
    return new RankFigures(
        others,
        new ErrorCounts(numbers[i], numbers[i + 1], 0),
        new ErrorCounts(numbers[i + 2], numbers[i + 3], 0));
  }

  /** Returns means over the ranks, in order, and error rates where any rank knows a label. */
  static Map<String, Double> combine(List<RankFigures> ranks) {
    Map<String, Double> values = new LinkedHashMap<>();
    for (String name : ranks.get(0).means.keySet()) {
      double sum = 0;
      for (RankFigures rank : ranks) {
        sum += rank.means.get(name);
      }
      values.put(name, sum / ranks.size());
    }
    putError(values, "label_error", ranks.stream().map(RankFigures::labelled).toList());
    putError(values, "pseudo_label_error", ranks.stream().map(RankFigures::unlabelled).toList());
    return values;
  }

  private static void putError(Map<String, Double> values, String name, List<ErrorCounts> counts) {
    ErrorCounts all = counts.stream().reduce(ErrorCounts.NONE, ErrorCounts::plus);
    if (all.examples() > 0) {
      values.put(name, all.top1Error());
    }
  }
}
