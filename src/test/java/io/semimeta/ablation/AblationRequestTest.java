package io.semimeta.ablation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

class AblationRequestTest {
  private static final TrainingRequest TRAINING =
      TrainingRequest.of(
              DataRequest.of("data"), ScheduleRequest.ofSteps(9), RunRequest.to("hdfs:///out"))
          .withWorkers(3);

  @Test
  void seedsAreOutermostAndFoldersAreNamedByBoth() {
    List<AblationRun> runs =
        new AblationRequest(TRAINING, 1, List.of(Row.META_ONLY, Row.CONTROL), List.of(4L, -1L))
            .runs();
    assertEquals(
        List.of("seed-4/meta-only", "seed-4/control", "seed--1/meta-only", "seed--1/control"),
        runs.stream().map(AblationRun::name).toList());
    assertEquals("pseudo-labels with mixup, seed 4", runs.get(1).title());
    assertEquals("hdfs:/out/seed-4/control", runs.get(1).request().run().output());
  }

  @Test
  void rowsThatAreTheSameAreRefused() {
    TrainingRequest unweighted = TRAINING.withMethod(StepOptions.defaults().withWeight(0));
    AblationRequest all = new AblationRequest(unweighted, 1, List.of(Row.values()), List.of(0L));
    UserError error = assertThrows(UserError.class, all::requireDifferentRows);
    assertTrue(error.getMessage().contains("control and mixup-only are the same"));
    new AblationRequest(TRAINING, 1, List.of(Row.values()), List.of(0L)).requireDifferentRows();
  }

  /** So runs of a seed have the same labels, weights and batches, and differ in the step alone. */
  @Test
  void runsOfASeedDifferInMethodAndOutputAlone() {
    AblationRequest request =
        new AblationRequest(TRAINING, 0.5, List.of(Row.values()), List.of(7L));
    for (AblationRun run : request.runs()) {
      assertEquals(
          TRAINING.withSeed(7),
          run.request().withMethod(StepOptions.defaults()).withRun(TRAINING.run()),
          run.name());
      assertEquals(
          TRAINING.run().withResume(RunRequest.Resume.AUTO),
          run.request().run().withOutput("hdfs:///out"),
          run.name());
    }
  }
}
