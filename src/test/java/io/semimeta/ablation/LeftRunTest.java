package io.semimeta.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What an earlier start left decides whether a run begins, goes on, or is finished. */
class LeftRunTest {
  private static final Map<String, String> OPTIONS = Map.of("--lr", "0.1", "--seed", "3");

  private static Optional<ObjectNode> result(long step, Map<String, String> options) {
    ObjectNode result = new ObjectMapper().createObjectNode().put("step", step);
    ObjectNode all = result.putObject("options");
    options.forEach(all::put);
    return Optional.of(result);
  }

  private static boolean isFinished(Optional<ObjectNode> result, long checkpoint) {
    return new LeftRun("out/seed-3/both", result, checkpoint)
        .isFinished(OPTIONS, Set.of(), Optional.of(40L));
  }

  private static String refusal(Optional<ObjectNode> result, long checkpoint) {
    return assertThrows(UserError.class, () -> isFinished(result, checkpoint)).getMessage();
  }

  @Test
  void aRunWithoutAResultIsNotFinished() {
    assertFalse(isFinished(Optional.empty(), 0));
    assertFalse(isFinished(Optional.empty(), 39), "it goes on");
  }

  @Test
  void aResultOfTheLastStepIsEnough() {
    assertTrue(isFinished(result(40, OPTIONS), 40));
    assertTrue(isFinished(result(40, OPTIONS), 0), "a copy without checkpoints");
  }

  @Test
  void aLongerRunGoesOnFromItsCheckpoint() {
    assertFalse(isFinished(result(20, OPTIONS), 20));
    assertEquals(
        "out/seed-3/both: its result.json is of step 20 of 40, and there is no checkpoint to go on"
            + " from; move that folder away",
        refusal(result(20, OPTIONS), 0));
    assertEquals(
        "out/seed-3/both: the run is at step 60 already, after the asked end at step 40",
        refusal(result(60, OPTIONS), 60));
  }

  @Test
  void aResultOfOtherOptionsIsNotWrittenOver() {
    assertEquals(
        "out/seed-3/both: its result.json is of other options: --lr (was 0.2, now 0.1); repeat them"
            + " as they were, or choose another --output",
        refusal(result(40, Map.of("--lr", "0.2", "--seed", "3")), 0));
    assertEquals(
        "out/seed-3/both: its result.json is of other options: --lr (was unset, now 0.1), --seed"
            + " (was unset, now 3); repeat them as they were, or choose another --output",
        refusal(result(40, Map.of()), 0));
  }

  /** Before Spark starts neither the records nor the length are known. */
  @Test
  void whatIsNotKnownYetIsNotCompared() {
    Map<String, String> before = Map.of("--lr", "0.1", "--seed", "3", "--num-label", "40");
    assertFalse(
        new LeftRun("out", result(40, before), 0)
            .isFinished(OPTIONS, Set.of("--num-label"), Optional.empty()));
    assertThrows(
        UserError.class,
        () ->
            new LeftRun("out", result(40, before), 0)
                .isFinished(OPTIONS, Set.of(), Optional.empty()));
  }
}
