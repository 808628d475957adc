package io.semimeta.training;

import io.semimeta.algorithm.Batch;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.StepMetrics;
import io.semimeta.algorithm.StepSettings;
import io.semimeta.model.Model;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * The figures of a run's steps. Each is defined once, for all methods: losses are those of the step
 * itself; error rates are of eval-mode predictions for the step's augmented images, before its
 * update, measured on the reported steps alone.
 */
final class StepReporter {
  private final TrainingPlan plan;
  private final Model model;
  private final Collective ranks;
  private ErrorCounts labelled = ErrorCounts.NONE;
  private ErrorCounts unlabelled = ErrorCounts.NONE;
  private double allReduceSeconds;
  private long lastReport = System.nanoTime();
  private long lastStep;

  StepReporter(TrainingPlan plan, Model model, Collective ranks) {
    this.plan = plan;
    this.model = model;
    this.ranks = ranks;
  }

  /** The loop begins, after so many updates. */
  void start(long firstStep) {
    lastStep = firstStep;
    lastReport = System.nanoTime();
  }

  void measureErrors(Batch batch) {
    labelled = errors(batch.labelled(), batch.labels());
    unlabelled = errors(batch.unlabelled(), batch.truth());
  }

  private ErrorCounts errors(Tensor images, Tensor labels) {
    if (labels.numel() == 0) {
      return ErrorCounts.NONE;
    }
    try (PointerScope scope = new PointerScope()) {
      return Evaluator.errors(model.predict(images), labels);
    }
  }

  void timeAllReduce(Runnable allReduce) {
    long begun = System.nanoTime();
    allReduce.run();
    allReduceSeconds += (System.nanoTime() - begun) / 1e9;
  }

  /** Means over the ranks; every rank calls it for the same steps. */
  StepReport report(long done, StepSettings settings, StepMetrics metrics) {
    double seconds = (System.nanoTime() - lastReport) / 1e9;
    long steps = done - lastStep;
    long images =
        (long) plan.batches().batchSize() * (plan.method().usesUnlabelled() ? 2 : 1) * steps;

    Map<String, Double> values = new LinkedHashMap<>();
    values.put("loss", metrics.loss());
    values.put("supervised_loss", metrics.supervisedLoss());
    metrics.consistencyLoss().ifPresent(loss -> values.put("consistency_loss", loss));
    metrics.confidence().ifPresent(confidence -> values.put("confidence", confidence));
    values.put("gradient_norm", metrics.gradientNorm());
    values.put("allreduce_seconds", allReduceSeconds / steps);
    average(values);
    putError(values, "label_error", labelled);
    putError(values, "pseudo_label_error", unlabelled);
    values.put("learning_rate", settings.learningRate());
    values.put("consistency_weight", settings.consistencyWeight());
    values.put("images_per_second", images * ranks.size() / seconds);

    allReduceSeconds = 0;
    lastReport = System.nanoTime();
    lastStep = done;
    return new StepReport(done, values);
  }

  private void average(Map<String, Double> values) {
    long[] bits = values.values().stream().mapToLong(Double::doubleToRawLongBits).toArray();
    double[] sums = new double[bits.length];
    for (long[] ofRank : ranks.gather(bits)) {
      for (int i = 0; i < sums.length; i++) {
        sums[i] += Double.longBitsToDouble(ofRank[i]);
      }
    }
    int i = 0;
    for (Map.Entry<String, Double> entry : values.entrySet()) {
      entry.setValue(sums[i++] / ranks.size());
    }
  }

  /** Nothing where no rank knows a label. */
  private void putError(Map<String, Double> values, String name, ErrorCounts own) {
    ErrorCounts all =
        ranks.gather(own.examples(), own.top1Errors()).stream()
            .map(counts -> new ErrorCounts(counts[0], counts[1], 0))
            .reduce(ErrorCounts.NONE, ErrorCounts::plus);
    if (all.examples() > 0) {
      values.put(name, all.top1Error());
    }
  }
}
