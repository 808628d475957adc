package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.StepClock.Part;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Placement;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** What an update costs the network between the ranks, and which parts are timed. */
class UpdatesTest extends CachedTraining {
  private static final int REPORT = 3;

  private final List<Part> parts = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();
  private long length;
  private long parameters;

  /** The calls of a rank's updates, as if there were another rank. */
  private final class Counted implements Collective {
    @Override
    public int rank() {
      return 0;
    }

    @Override
    public int size() {
      return 2;
    }

    @Override
    public void allReduceMean(Tensor tensor) {
      calls.add("all-reduce " + tensor.numel());
    }

    @Override
    public void broadcast(Tensor tensor, int root) {
      calls.add("broadcast " + tensor.numel());
    }

    @Override
    public List<long[]> allGather(long... numbers) {
      calls.add("all-gather " + numbers.length);
      return List.of(numbers, numbers);
    }

    @Override
    public void close() {}
  }

  private void update(StepOptions.Scope scope) {
    TrainingPlan plan =
        TestPlans.plan(
            TestPlans.method(StepOptions.Method.SEMIMETA, scope),
            TrainingPlan.EvaluatedOn.NONE,
            0.1,
            new RunPlan(path("none").toString(), 9, 9, 9, REPORT, 1));
    RankImages images = new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), 0);
    try (Updates updates = new Updates(plan, new StepTimer(new Counted(), images), parts::add)) {
      length = updates.model().vector().gradient().numel();
      parameters = updates.model().vector().parameterCount();
      updates.model().vector().initialise(1);
      updates.update(0);
    }
  }

  @Test
  void oneMeanOfTheGradientAndOneOfTheLabelGradient() {
    update(StepOptions.Scope.GLOBAL);
    assertEquals(List.of("all-reduce " + parameters, "all-reduce " + length), calls);
  }

  @Test
  void withTheLocalScopeOneMeanAlone() {
    update(StepOptions.Scope.LOCAL);
    assertEquals(List.of("all-reduce " + length), calls);
    assertEquals(
        List.of(
            Part.LOADER_WAIT,
            Part.METRICS,
            Part.LABEL_GRADIENT,
            Part.DIRECTION,
            Part.MIXED,
            Part.CONSISTENCY,
            Part.METRICS,
            Part.ALL_REDUCE,
            Part.UPDATE),
        parts);
  }
}
