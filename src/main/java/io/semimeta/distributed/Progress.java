package io.semimeta.distributed;

import io.semimeta.training.Phase;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.Validation;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Holds how far rank 0 is, on its way to the driver.
 *
 * @param hosts the ranks' hosts, in rank order
 * @param phases what came before the end of the first step
 * @param step the number of updates made
 * @param metrics the newest metrics; without values before the first
 * @param validations this attempt's validations, in order
 */
@RecordBuilder
record Progress(
    List<String> hosts,
    List<Phase> phases,
    long step,
    RunMetrics metrics,
    List<Validation> validations)
    implements Serializable, ProgressBuilder.With {
  static final Progress NONE = of(List.of());

  /** Returns the progress before the first step. */
  static Progress of(List<String> hosts) {
    return new Progress(
        hosts, List.of(), -1, new RunMetrics(-1, Map.of(), List.of(), 0), List.of());
  }

  /**
   * Tells whether this is older than another of the same attempt: heartbeats wait in a queue of
   * Spark's, where what comes with the task's end may overtake them.
   */
  boolean isBefore(Progress other) {
    return step < other.step
        || phases.size() < other.phases.size()
        || metrics.step() < other.metrics.step()
        || validations.size() < other.validations.size();
  }

  Progress in(Phase phase) {
    List<Phase> more = new ArrayList<>(phases);
    more.add(phase);
    return withPhases(List.copyOf(more));
  }

  Progress with(Validation validation) {
    List<Validation> more = new ArrayList<>(validations);
    more.add(validation);
    return withValidations(List.copyOf(more));
  }
}
