package io.semimeta.ml;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.UserError;
import io.semimeta.plan.DataRequest;
import io.semimeta.plan.NetworkRequest;
import io.semimeta.plan.Normalise;
import io.semimeta.plan.RunRequest;
import io.semimeta.plan.ScheduleRequest;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TrainingRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.spark.ml.param.Param;
import org.apache.spark.ml.param.ParamMap;
import org.junit.jupiter.api.Test;

/** Params against the command's options. */
class TrainingParamsTest {
  private static SemiMetaClassifier classifier() {
    return new SemiMetaClassifier("c").setTotalSteps(100);
  }

  private static TrainingRequest request(SemiMetaClassifier stage) {
    return Fit.request(stage, "data", "out");
  }

  /** What nobody sets is what the command has. */
  @Test
  void theDefaultsAreTheCommands() {
    TrainingRequest byDefault =
        TrainingRequest.of(
            DataRequest.of("data"), ScheduleRequest.ofSteps(100), RunRequest.to("out"));
    assertEquals(byDefault, request(classifier()));
  }

  /** Spark finds Params by public methods; one without a method could not be set in a grid. */
  @Test
  void eachParamHasItsMethods() throws ReflectiveOperationException {
    SemiMetaClassifier stage = classifier();
    Set<String> found = new TreeSet<>();
    for (Param<?> param : stage.params()) {
      found.add(param.name());
      String name = Character.toUpperCase(param.name().charAt(0)) + param.name().substring(1);
      Class<?> type = SemiMetaClassifier.class.getMethod("get" + name).getReturnType();
      SemiMetaClassifier.class.getMethod("set" + name, type);
      assertEquals("c", param.parent(), param.name());
      assertFalse(param.doc().isBlank(), param.name());
      assertFalse(param.doc().contains("--"), param.doc());
    }
    assertEquals(new TreeSet<>(stage.paramSet().byName().keySet()), found);
    assertTrue(found.containsAll(Set.of("learningRate", "consistencyWeight", "numWorkers")));
    assertEquals(
        found.size(), new SemiMetaClassificationModel("m").params().length, "the model's own");
  }

  @Test
  void everyValueArrives() {
    SemiMetaClassifier stage =
        new SemiMetaClassifier()
            .setEpochs(7)
            .setNumLabel(40)
            .setNumValid(20)
            .setLabelBalance("proportional")
            .setBatchSize(16)
            .setCropPadding(2)
            .setFlip(false)
            .setSeed(-3)
            .setArchitecture("resnet18")
            .setInitFrom("weights.safetensors")
            .setNormalise("imagenet")
            .setSyncBatchNorm(true)
            .setMethod("pseudo-label")
            .setMixUp(true)
            .setAlpha(0.5)
            .setConsistencyWeight(2)
            .setEpsilon(1e-3)
            .setMetaGradient("forward")
            .setMetaScope("local")
            .setSchedule("step")
            .setLearningRate(1e-5)
            .setWarmup(3)
            .setRamp(4)
            .setMilestones(new int[] {5, 6})
            .setGamma(0.2)
            .setMomentum(0.8)
            .setWeightDecay(1e-6)
            .setCheckpointEvery(11)
            .setValidateEvery(12)
            .setLogEvery(13)
            .setKeep(1)
            .setNumWorkers(2)
            .setDevice("cpu");
    TrainingRequest request = request(stage);
    assertEquals(
        new ScheduleRequest(
            ScheduleRequest.Kind.STEP,
            OptionalLong.empty(),
            OptionalLong.of(7),
            3,
            OptionalLong.of(4),
            List.of(5L, 6L),
            0.2,
            1e-5),
        request.schedule());
    assertEquals(OptionalInt.of(40), request.data().numLabel());
    assertEquals(
        new NetworkRequest(
            "resnet18", 1, Optional.of("weights.safetensors"), Normalise.IMAGENET, true),
        request.network());
    assertEquals(
        new StepOptions(
            StepOptions.Method.PSEUDO_LABEL,
            0.5,
            2,
            1e-3,
            StepOptions.Direction.FORWARD,
            StepOptions.Scope.LOCAL),
        request.method());
    assertEquals(-3, request.seed());
    assertEquals(2, request.workers());
    assertEquals("cpu", request.device());
    assertFalse(request.batch().flip());
    assertEquals(1, request.run().keep());
    assertEquals(OptionalLong.of(12), request.run().validateEvery());
  }

  @Test
  void errorsNameParams() {
    for (Object[] of :
        new Object[][] {
          {classifier().setBatchSize(0), "batchSize 0: must be at least 1"},
          {classifier().setLearningRate(-1), "learningRate -1: must be at least 0"},
          {classifier().setEpochs(1), "give the run's length by one of totalSteps and epochs"},
          {classifier().setNumWorkers(0), "numWorkers 0: must be 1 to 99999"},
          {
            classifier().setLabelBalance("proportional"),
            "labelBalance is for numLabel and numValid"
          },
        }) {
      SemiMetaClassifier stage = (SemiMetaClassifier) of[0];
      UserError error =
          assertThrows(UserError.class, () -> TrainingParams.named(() -> request(stage)));
      assertEquals(of[1], error.getMessage());
    }
    UserError unknown =
        assertThrows(
            UserError.class,
            () -> TrainingParams.named(() -> request(classifier().setMethod("magic"))));
    assertTrue(unknown.getMessage().contains("method"), unknown.getMessage());
    assertTrue(unknown.getMessage().contains("pseudo-label"), unknown.getMessage());
    assertFalse(unknown.getMessage().contains("--"), unknown.getMessage());
  }

  @Test
  void aCopyHasItsOwnParams() {
    SemiMetaClassifier stage = classifier().setThresholds(new double[] {1, 2});
    ParamMap extra = new ParamMap().put(stage.batchSize(), 5);
    SemiMetaClassifier copy = stage.copy(extra);
    assertEquals(5, copy.getBatchSize());
    assertEquals(128, stage.getBatchSize());
    assertEquals("c", copy.uid());
    assertArrayEquals(new double[] {1, 2}, copy.getThresholds());
    assertTrue(
        Arrays.stream(copy.explainParams().split("\n"))
            .anyMatch(line -> line.startsWith("learningRate: ") && line.endsWith("(default: 0.1)")),
        copy.explainParams());
  }
}
