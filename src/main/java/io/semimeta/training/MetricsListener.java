package io.semimeta.training;

import io.semimeta.training.metrics.MetricsFiles;
import io.semimeta.training.metrics.MetricsRow;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a run's metrics to its metrics files. */
public record MetricsListener(MetricsFiles files) implements TrainingListener {
  @Override
  public void onMetrics(RunMetrics metrics) {
    files.add(new MetricsRow(metrics.step(), MetricsRow.TRAIN, Instant.now(), metrics.values()));
  }

  @Override
  public void onValidation(Validation validation) {
    Map<String, Double> values = new LinkedHashMap<>();
    values.put("top1_error", validation.top1Error());
    values.put("top5_error", validation.top5Error());
    files.add(new MetricsRow(validation.step(), MetricsRow.VALIDATION, Instant.now(), values));
  }

  @Override
  public void beforeCheckpoint(long step) throws IOException {
    files.flush();
  }

  @Override
  public void onDivergence() {
    if (!files.rows().isEmpty()) {
      files.flushIfPossible();
    }
  }
}
