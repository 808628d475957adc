package io.semimeta.distributed;

import io.semimeta.training.StepReport;
import io.semimeta.training.Validation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Holds how far rank 0 is, on its way to the driver.
 *
 * @param hosts the ranks' hosts, in rank order
 * @param phase what happens before the first step; empty after it
 * @param step the number of updates made
 * @param report the newest figures; without values before the first
 * @param validations this attempt's validations, in order
 */
record Progress(
    List<String> hosts, String phase, long step, StepReport report, List<Validation> validations)
    implements Serializable {
  static final Progress NONE = of(List.of());

  /** Returns the progress before the first step. */
  static Progress of(List<String> hosts) {
    return new Progress(hosts, "", -1, new StepReport(-1, Map.of(), List.of(), 0), List.of());
  }

  /**
   * Tells whether this is older than another of the same attempt: heartbeats wait in a queue of
   * Spark's, where what comes with the task's end may overtake them.
   */
  boolean isBefore(Progress other) {
    return step < other.step
        || report.step() < other.report.step()
        || validations.size() < other.validations.size();
  }

  Progress in(String newPhase) {
    return new Progress(hosts, newPhase, step, report, validations);
  }

  Progress at(long newStep) {
    return new Progress(hosts, "", newStep, report, validations);
  }

  Progress with(StepReport newReport) {
    return new Progress(hosts, phase, step, newReport, validations);
  }

  Progress with(Validation validation) {
    List<Validation> more = new ArrayList<>(validations);
    more.add(validation);
    return new Progress(hosts, phase, step, report, List.copyOf(more));
  }
}
