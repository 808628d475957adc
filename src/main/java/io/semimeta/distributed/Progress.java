package io.semimeta.distributed;

import io.semimeta.training.StepReport;
import io.semimeta.training.Validation;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far rank 0 is, as it travels to the driver.
 *
 * @param hosts of the ranks, in their order
 * @param phase what happens before the first step; empty after it
 * @param step updates made
 * @param report newest figures; without values before the first
 * @param validations of this attempt, in order
 */
record Progress(
    List<String> hosts, String phase, long step, StepReport report, List<Validation> validations)
    implements Serializable {
  static final Progress NONE = of(List.of());

  /** Before the first step. */
  static Progress of(List<String> hosts) {
    return new Progress(hosts, "", -1, new StepReport(-1, Map.of(), List.of(), 0), List.of());
  }

  /**
   * Whether it is older than another of the same attempt: heartbeats wait in a queue of Spark's, in
   * which what comes with the task's end may overtake them.
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
