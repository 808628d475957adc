package io.semimeta.training;

import io.semimeta.training.metrics.MetricsFiles;
import io.semimeta.training.metrics.MetricsRow;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** Writes a run's figures to its metrics files. */
public final class MetricsListener implements TrainingListener {
  private final MetricsFiles files;

  public MetricsListener(MetricsFiles files) {
    this.files = files;
  }

  @Override
  public void onReport(StepReport report) {
    files.add(new MetricsRow(report.step(), MetricsRow.TRAIN, Instant.now(), report.values()));
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
