package io.semimeta.distributed;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.TrainingListener;
import java.util.Map;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;

/**
 * Shows a run's newest metrics as gauges of the driver in Spark's metrics system, for whatever
 * sinks the application has. The gauges are there while the run lasts.
 */
final class TrainingMetrics implements Source, TrainingListener, AutoCloseable {
  private static final String NAME = "semimeta";

  /** The gauges have the names of these metrics in {@code metrics.jsonl}. */
  private static final String[] METRICS = {
    "loss", "images_per_second", "allreduce_seconds", "loader_wait_seconds"
  };

  private final MetricsSystem system;
  private final MetricRegistry registry = new MetricRegistry();
  private volatile long step;
  private volatile int restarts;
  private volatile Map<String, Double> values = Map.of();

  private TrainingMetrics(MetricsSystem system, long firstStep) {
    this.system = system;
    this.step = firstStep;
    registry.register("step", (Gauge<Long>) () -> step);
    registry.register("restarts", (Gauge<Integer>) () -> restarts);
    for (String metric : METRICS) {
      registry.register(metric, (Gauge<Double>) () -> values.getOrDefault(metric, Double.NaN));
    }
  }

  /** Registers the gauges with the running application. */
  static TrainingMetrics register(long firstStep) {
    MetricsSystem system = SparkEnv.get().metricsSystem();
    TrainingMetrics metrics = new TrainingMetrics(system, firstStep);
    system.registerSource(metrics);
    return metrics;
  }

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void onStep(long done) {
    step = done;
  }

  @Override
  public void onMetrics(RunMetrics metrics) {
    values = metrics.values();
  }

  @Override
  public void onRestart(int restartsSoFar) {
    restarts = restartsSoFar;
  }

  @Override
  public void close() {
    system.removeSource(this);
  }
}
