package io.semimeta.training;

import io.semimeta.algorithm.StepMetrics;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Holds what one rank measured in one step. Each metric is defined once, for all methods: losses
 * are those of the step itself; error rates are of eval-mode predictions for the step's augmented
 * images, before its update.
 *
 * @param means the metrics by name, in the order for people; the same names on every rank
 * @param labelled the errors on the labelled images
 * @param unlabelled the errors on the unlabelled images whose class is known
 */
public record RankMetrics(Map<String, Double> means, ErrorCounts labelled, ErrorCounts unlabelled)
    implements Serializable {
  private static final String LOSS = "loss";

  static RankMetrics of(StepMetrics metrics, ErrorCounts labelled, ErrorCounts unlabelled) {
    Map<String, Double> means = new LinkedHashMap<>();
    means.put(LOSS, metrics.loss());
    means.put("supervised_loss", metrics.supervisedLoss());
    metrics.consistencyLoss().ifPresent(loss -> means.put("consistency_loss", loss));
    metrics.confidence().ifPresent(confidence -> means.put("confidence", confidence));
    metrics.correction().ifPresent(correction -> means.put("correction", correction));
    means.put("gradient_norm", metrics.gradientNorm());
    return new RankMetrics(means, labelled, unlabelled);
  }

  /** Returns the loss of the rank's batch. */
  public double loss() {
    return means.get(LOSS);
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
  RankMetrics fromLongs(long[] numbers) {
    Map<String, Double> others = new LinkedHashMap<>();
    int i = 0;
    for (String name : means.keySet()) {
      others.put(name, Double.longBitsToDouble(numbers[i++]));
    }
    return new RankMetrics(
        others,
        new ErrorCounts(numbers[i], numbers[i + 1], 0),
        new ErrorCounts(numbers[i + 2], numbers[i + 3], 0));
  }
}
