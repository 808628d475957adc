package io.semimeta.distributed;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.semimeta.training.Phase;
import io.semimeta.training.RankTimes;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProgressReceiverTest {
  private final List<String> heard = new ArrayList<>();
  private final ProgressAccumulator accumulator = new ProgressAccumulator();
  private final ProgressSender sender = new ProgressSender(accumulator, List.of("here"));

  /** Of a driver's listener. */
  private final ProgressReceiver receiver =
      new ProgressReceiver(
          0,
          new TrainingListener() {
            @Override
            public void onPhase(Phase phase) {
              heard.add(phase.what().equals(Phase.STEPS) ? "steps" : phase.what());
            }

            @Override
            public void onFirstStep(RunMetrics report) {
              heard.add("first loss at " + report.step());
            }

            @Override
            public void onMetrics(RunMetrics report) {
              heard.add("report at " + report.step());
            }

            @Override
            public void onValidation(Validation validation) {
              heard.add("validation at " + validation.step());
            }

            @Override
            public void onStep(long step) {
              heard.add("step " + step);
            }
          });

  private void heartbeat() {
    assertFalse(accumulator.isZero(), "Spark leaves those that are zero out of heartbeats");
    receiver.receive(accumulator.value());
  }

  @Test
  void whatComesBeforeTheFirstReportIsHeardToo() {
    sender.onPhase(Phase.now("loading images"));
    heartbeat();
    heartbeat();
    sender.onPhase(Phase.now("first step"));
    heartbeat();
    sender.onFirstStep(RunMetrics.first(1, 2.3));
    sender.onStep(1);
    heartbeat();
    sender.onStep(2);
    heartbeat();
    sender.onMetrics(
        new RunMetrics(3, Map.of("loss", 2.0), List.of(new RankTimes(3, 1, 0, 0, 0)), 0));
    sender.onStep(3);
    sender.onValidation(new Validation(3, 10, 0.5, 0));
    sender.onStep(4);
    heartbeat();
    heartbeat();
    assertEquals(
        List.of(
            "loading images",
            "first step",
            "steps",
            "first loss at 1",
            "step 1",
            "step 2",
            "report at 3",
            "validation at 3",
            "step 4"),
        heard);
  }

  /** A heartbeat that waits in Spark's queue while the task's end overtakes it. */
  @Test
  void whatIsOvertakenIsNotHeard() {
    sender.onStep(7);
    Progress heartbeat = accumulator.value();
    sender.onValidation(new Validation(7, 10, 0.5, 0));
    receiver.receive(accumulator.value());
    receiver.receive(heartbeat);
    receiver.receive(accumulator.value());
    assertEquals(List.of("steps", "validation at 7", "step 7"), heard);
  }

  /** What comes late of a lost attempt would be taken for the next one's. */
  @Test
  void nothingIsHeardAfterTheEnd() {
    receiver.close();
    sender.onStep(1);
    receiver.receive(accumulator.value());
    assertEquals(List.of(), heard);
  }
}
