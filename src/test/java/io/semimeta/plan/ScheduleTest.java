package io.semimeta.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.algorithm.StepSettings;
import io.semimeta.plan.ScheduleRequest.Kind;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** The two schedules at their edges, and how they are asked for. */
class ScheduleTest {
  private static final double RATE = 0.1;
  private static final OptionalLong NONE = OptionalLong.empty();

  private static double rate(Schedule schedule, long step) {
    return schedule.at(step).learningRate();
  }

  private static double weight(Schedule schedule, long step) {
    return schedule.at(step).consistencyWeight();
  }

  @Test
  void stepScheduleIsZeroAtFirstAndFullAtTheWarmUpsEnd() {
    Schedule schedule = new Schedule.Step(RATE, 100, 10, List.of(), 0.1, 5, 10);
    assertEquals(new StepSettings(0, 0), schedule.at(0));
    assertEquals(new StepSettings(RATE * 1 / 10, 5.0 * 1 / 10), schedule.at(1));
    assertEquals(new StepSettings(RATE * 9 / 10, 5.0 * 9 / 10), schedule.at(9));
    assertEquals(new StepSettings(RATE, 5), schedule.at(10));
    assertEquals(new StepSettings(RATE, 5), schedule.at(11));
  }

  @Test
  void stepScheduleDecaysOneStepAfterItsMilestones() {
    Schedule schedule = new Schedule.Step(RATE, 100, 0, List.of(40L, 60L), 0.5, 1, 0);
    assertEquals(RATE, rate(schedule, 0));
    assertEquals(RATE, rate(schedule, 40));
    assertEquals(RATE / 2, rate(schedule, 41));
    assertEquals(RATE / 2, rate(schedule, 60));
    assertEquals(RATE / 4, rate(schedule, 61));
    assertEquals(RATE / 4, rate(schedule, 1_000_000));
    assertEquals(1, weight(schedule, 0), "no ramp");
  }

  @Test
  void cosineIsFullAtTheWarmUpsEndAndZeroAtTheLast() {
    Schedule schedule = new Schedule.Cosine(RATE, 30, 10, 2, 0);
    assertEquals(RATE / 10, rate(schedule, 0), 1e-17, "i = 1");
    assertEquals(RATE, rate(schedule, 9), "i = W");
    assertEquals(RATE * (1 + Math.cos(Math.PI / 20)) / 2, rate(schedule, 10), 1e-17);
    assertEquals(RATE / 2, rate(schedule, 19), 1e-17, "half way");
    assertEquals(0, rate(schedule, 29), 1e-17, "i = T");
    assertTrue(rate(schedule, 28) > 0);
    assertEquals(2, weight(schedule, 0), "no ramp");
  }

  @Test
  void cosineWithARamp() {
    Schedule schedule = new Schedule.Cosine(RATE, 30, 0, 2, 4);
    assertEquals(0, weight(schedule, 0));
    assertEquals(1, weight(schedule, 2));
    assertEquals(2, weight(schedule, 4));
    assertEquals(2, weight(schedule, 5));
  }

  private static ScheduleRequest inSteps(Kind kind, long total, long warmup, Long... milestones) {
    return new ScheduleRequest(
        kind, OptionalLong.of(total), NONE, warmup, NONE, List.of(milestones), 0.1, RATE);
  }

  private static ScheduleRequest inEpochs(Kind kind, long epochs, long warmup, Long... milestones) {
    return new ScheduleRequest(
        kind, NONE, OptionalLong.of(epochs), warmup, NONE, List.of(milestones), 0.1, RATE);
  }

  @Test
  void theLengthsUnitChoosesTheKind() {
    assertEquals(
        new Schedule.Step(RATE, 500, 20, List.of(300L, 400L), 0.1, 3, 20),
        inSteps(Kind.AUTO, 500, 20, 300L, 400L).resolve(1000, 64, 3));
    assertEquals(
        new Schedule.Cosine(RATE, 500, 20, 3, 0),
        inSteps(Kind.COSINE, 500, 20).resolve(1000, 64, 3));
  }

  /** An epoch of 1,000 images is 15.6 steps of 64: ten are 157 steps, begun ones counted whole. */
  @Test
  void epochsCountPassesOverTheUnlabelledImages() {
    assertEquals(
        new Schedule.Cosine(RATE, 157, 32, 3, 0), inEpochs(Kind.AUTO, 10, 2).resolve(1000, 64, 3));
    assertEquals(
        new Schedule.Step(RATE, 157, 32, List.of(79L), 0.1, 3, 32),
        inEpochs(Kind.STEP, 10, 2, 5L).resolve(1000, 64, 3));
    assertEquals(10, inEpochs(Kind.AUTO, 10, 0).resolve(64, 64, 3).totalSteps());
  }

  @Test
  void theRampMayDifferFromTheWarmUp() {
    ScheduleRequest request =
        new ScheduleRequest(
            Kind.AUTO, NONE, OptionalLong.of(4), 1, OptionalLong.of(2), List.of(), 0.1, RATE);
    assertEquals(new Schedule.Cosine(RATE, 40, 10, 3, 20), request.resolve(100, 10, 3));
  }

  private static void assertRefused(String message, ScheduleRequest request) {
    UserError error = assertThrows(UserError.class, () -> request.resolve(1000, 64, 3));
    assertTrue(error.getMessage().contains(message), error.getMessage());
  }

  @Test
  void whatDoesNotFitIsRefused() {
    OptionalLong some = OptionalLong.of(5);
    assertRefused(
        "one of --total-steps and --epochs",
        new ScheduleRequest(Kind.AUTO, some, some, 0, NONE, List.of(), 0.1, RATE));
    assertRefused(
        "one of --total-steps and --epochs",
        new ScheduleRequest(Kind.AUTO, NONE, NONE, 0, NONE, List.of(), 0.1, RATE));
    assertRefused("--total-steps 0: must be at least 1", inSteps(Kind.AUTO, 0, 0));
    assertRefused("--epochs -1: must be at least 1", inEpochs(Kind.AUTO, -1, 0));
    assertRefused("--warmup -1: must be at least 0", inSteps(Kind.AUTO, 5, -1));
    assertRefused(
        "--ramp -1: must be at least 0",
        new ScheduleRequest(Kind.AUTO, some, NONE, 0, OptionalLong.of(-1), List.of(), 0.1, RATE));
    assertRefused("--milestones: the cosine schedule has none", inEpochs(Kind.AUTO, 5, 0, 3L));
    assertRefused("--warmup 5: of a length of 5", inSteps(Kind.COSINE, 5, 5));
    assertRefused("epochs are too many", inEpochs(Kind.AUTO, Long.MAX_VALUE, 0));
    assertRefused("at most 99999999", inSteps(Kind.AUTO, 100_000_000, 0));
    assertRefused("--milestones", inSteps(Kind.STEP, 5, 0, -1L));
  }
}
