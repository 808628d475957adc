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
 * @param step updates made
 * @param report newest figures; without values before the first
 * @param validations of this attempt, in order
 */
record Progress(long step, StepReport report, List<Validation> validations)
    implements Serializable {
  static final Progress NONE = new Progress(-1, new StepReport(-1, Map.of()), List.of());

  Progress at(long newStep) {
    return new Progress(newStep, report, validations);
  }

  Progress with(StepReport newReport) {
    return new Progress(step, newReport, validations);
  }

  Progress with(Validation validation) {
    List<Validation> more = new ArrayList<>(validations);
    more.add(validation);
    return new Progress(step, report, List.copyOf(more));
  }
}
