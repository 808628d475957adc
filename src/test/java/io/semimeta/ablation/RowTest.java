package io.semimeta.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.StepOptions.Method;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowTest {
  /** Method, mixup's alpha and consistency weight of each row, as docs/compare.md has them. */
  private static final Map<String, List<Object>> STEPS =
      Map.of(
          "labels-only", List.of(Method.SUPERVISED, 0.0, 0.5),
          "labels-mixup", List.of(Method.SUPERVISED, 0.75, 0.5),
          "meta-only", List.of(Method.SEMIMETA, 0.0, 0.5),
          "both", List.of(Method.SEMIMETA, 0.75, 0.5),
          "control", List.of(Method.PSEUDO_LABEL, 0.75, 0.5),
          "mixup-only", List.of(Method.PSEUDO_LABEL, 0.75, 0.0));

  @Test
  void eachIsAStepOfItsOwn() {
    StepOptions asked =
        StepOptions.defaults()
            .withMethod(Method.PSEUDO_LABEL)
            .withMixUpAlpha(0.3)
            .withWeight(0.5)
            .withScope(StepOptions.Scope.LOCAL);
    Map<String, List<Object>> steps = new LinkedHashMap<>();
    for (Row row : Row.values()) {
      StepOptions step = row.method(asked, 0.75);
      assertEquals(StepOptions.Scope.LOCAL, step.scope(), "common to all");
      steps.put(row.toString(), List.of(step.method(), step.mixUpAlpha(), step.weight()));
    }
    assertEquals(STEPS, steps);
  }

  @Test
  void aListNamesThemInItsOrder() {
    assertEquals(List.of(Row.BOTH, Row.LABELS_ONLY), Row.list("--rows", "both, labels-only"));
  }

  @Test
  void unknownAndRepeatedOnesAreRefused() {
    UserError unknown = assertThrows(UserError.class, () -> Row.list("--rows", "both,all"));
    assertTrue(
        unknown
            .getMessage()
            .startsWith("--rows both,all: 'all' is no row; there are labels-only, "),
        unknown.getMessage());
    UserError twice = assertThrows(UserError.class, () -> Row.list("--rows", "both,both"));
    assertEquals("--rows both,both: both is there twice", twice.getMessage());
    assertThrows(UserError.class, () -> Row.list("--rows", ""));
  }
}
