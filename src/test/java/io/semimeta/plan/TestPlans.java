package io.semimeta.plan;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.data.DatasetManifest;
import io.semimeta.data.Orientation;
import io.semimeta.image.ImageInput;
import io.semimeta.loader.BatchOptions;
import io.semimeta.model.NetworkOptions;
import io.semimeta.model.Placement;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import io.semimeta.training.TrainingState;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Plans of small runs. */
public final class TestPlans {
  public static final int CLASSES = 3;
  public static final DatasetManifest MANIFEST = manifest(Map.of());
  public static final StepOptions SEMIMETA = method(StepOptions.Method.SEMIMETA);

  private TestPlans() {}

  /** Of small grey images of three classes. */
  public static DatasetManifest manifest(Map<String, DatasetManifest.Split> splits) {
    return new DatasetManifest(
        1,
        "test",
        List.of("a", "b", "c"),
        1,
        12,
        12,
        Orientation.STORED,
        List.of(0.5),
        List.of(0.3),
        splits,
        null,
        null);
  }

  /** With mixup and consistency term. */
  public static StepOptions method(StepOptions.Method method) {
    return method(method, StepOptions.Scope.GLOBAL);
  }

  /** The same, over the ranks of a scope. */
  public static StepOptions method(StepOptions.Method method, StepOptions.Scope scope) {
    return StepOptions.defaults().withMethod(method).withMixUpAlpha(1).withScope(scope);
  }

  /** A narrow convlarge on grey images of 12 x 12 pixels, four of each kind a step. */
  public static TrainingPlan plan(StepOptions method, EvaluatedOn on, double rate, RunPlan run) {
    return plan(method, on, rate, run, 0.5);
  }

  /**
   * The same with as much dropout: ranks that are threads share its generator, so they want none.
   */
  public static TrainingPlan plan(
      StepOptions method, EvaluatedOn on, double rate, RunPlan run, double dropout) {
    return new TrainingPlan(
        MANIFEST,
        ImageInput.of(MANIFEST, OptionalInt.empty()),
        TrainingPlan.Loader.CACHE,
        new NetworkPlan(
            "convlarge", new NetworkOptions(CLASSES, 1, 0.05, dropout), Placement.CPU, false),
        method,
        new BatchOptions(4, 1, true),
        new Schedule.Step(rate, 1000, 0, List.of(), 0.1, method.weight(), 0),
        SgdOptions.defaults(),
        on,
        1,
        run,
        new TreeMap<>(Map.of("--lr", Double.toString(rate), "--seed", "1")));
  }

  /** What a checkpoint of such a run's step says. */
  public static ObjectNode state(TrainingPlan plan, long step) {
    return TrainingState.of(plan, step, step, 1, List.of()).toJson();
  }
}
