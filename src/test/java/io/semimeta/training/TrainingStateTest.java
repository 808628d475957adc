package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TrainingStateTest {
  private static final List<Validation> VALIDATIONS =
      List.of(
          new Validation(10, 50, 0.5, 0.25),
          new Validation(20, 50, 0.3, 0.125),
          new Validation(30, 50, 0.3, 0),
          new Validation(40, 50, 0.4, 0));

  private static TrainingState state(EvaluatedOn on) {
    RunPlan run = new RunPlan("out", 100, 10, 10, 10, 3);
    return TrainingState.of(
        TestPlans.plan(TestPlans.SEMIMETA, on, 0.1, run), 40, 80, 1.0 / 3, VALIDATIONS);
  }

  @Test
  void jsonKeepsEverything() throws IOException {
    TrainingState state = state(EvaluatedOn.VALIDATION);
    String text = new ObjectMapper().writeValueAsString(state.toJson());
    ObjectNode read = (ObjectNode) new ObjectMapper().readTree(text);
    assertEquals(state, TrainingState.fromJson(read, "here"));
    assertEquals(20, read.get("best_step").asLong(), "the store looks for it");
    assertEquals(0.3, read.get("validations").get(1).get("top1_error").asDouble());
  }

  @Test
  void theFirstOfTheLowestErrorsIsTheBest() {
    assertEquals(20, state(EvaluatedOn.VALIDATION).bestStep());
  }

  /** Fault 12: no choice on the test set. */
  @Test
  void theTestSplitChoosesNothing() {
    assertEquals(40, state(EvaluatedOn.TEST).bestStep());
    assertEquals(40, state(EvaluatedOn.NONE).bestStep());
  }

  @Test
  void foreignJsonIsRefused() {
    ObjectNode json = state(EvaluatedOn.NONE).toJson();
    json.put("colour", "blue");
    UserError error = assertThrows(UserError.class, () -> TrainingState.fromJson(json, "here"));
    assertTrue(error.getMessage().startsWith("here/state.json was not written by this program"));
    assertTrue(error.getMessage().contains("colour"), error.getMessage());
    assertEquals(1, error.getMessage().lines().count(), error.getMessage());
  }

  @Test
  void changedOptionsAreNamedOneAndAll() {
    TrainingState state = state(EvaluatedOn.NONE);
    state.requireSameOptions(Map.of("--lr", "0.1", "--seed", "1"), Set.of());
    state.requireSameOptions(Map.of("--lr", "0.2", "--seed", "1"), Set.of("--lr"));
    UserError error =
        assertThrows(
            UserError.class,
            () -> state.requireSameOptions(Map.of("--lr", "0.2", "--gamma", "0.5"), Set.of()));
    assertEquals(
        "--resume: changed options: --gamma (was unset, now 0.5), --lr (was 0.1, now 0.2),"
            + " --seed (was 1, now unset); repeat them as they were",
        error.getMessage());
  }
}
