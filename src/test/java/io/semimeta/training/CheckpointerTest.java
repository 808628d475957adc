package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.distributed.TestRanks;
import io.semimeta.model.Model;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.hadoop.conf.Configuration;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three ranks that save together. */
class CheckpointerTest {
  private static final int RANKS = 3;
  private static final TrainingPlan PLAN =
      TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, new RunPlan("out", 5, 5, 5, 5, 2));

  @TempDir private Path folder;

  private CheckpointStore store(String output) throws Exception {
    var path = new org.apache.hadoop.fs.Path(folder.resolve(output).toUri());
    return new CheckpointStore(path, new Configuration());
  }

  @FunctionalInterface
  private interface Save {
    void run() throws Exception;
  }

  /** What a rank must see of its attempt to save. */
  @FunctionalInterface
  private interface RankCheck {
    void accept(Save save) throws Exception;
  }

  /** Saves on all ranks, after the last one has moved a single number of its own. */
  private static void save(
      CheckpointStore store, BiFunction<Model, Tensor, Tensor> moved, RankCheck check)
      throws Exception {
    TrainingState state = TrainingState.of(PLAN, 5, 10, 1, List.of());
    Checkpointer checkpointer = new Checkpointer(store, 2);
    TestRanks.run(
        RANKS,
        ranks -> {
          try (PointerScope scope = new PointerScope();
              NoGradGuard guard = new NoGradGuard();
              Model model = PLAN.network().create()) {
            model.vector().theta().fill_(new Scalar(0.5));
            Tensor velocity = model.vector().parameterValues().clone().zero_();
            if (ranks.rank() == RANKS - 1) {
              moved.apply(model, velocity).add_(new Scalar(1e-3));
            }
            check.accept(() -> checkpointer.save(state, model, velocity, ranks));
            ranks.close();
            return null;
          }
        });
  }

  private void assertRefused(String what, BiFunction<Model, Tensor, Tensor> moved)
      throws Exception {
    CheckpointStore store = store(what);
    List<String> messages = Collections.synchronizedList(new ArrayList<>());
    save(
        store,
        moved,
        save ->
            messages.add(assertThrows(IllegalStateException.class, save::run, what).getMessage()));
    assertEquals(
        Collections.nCopies(RANKS, "step 5: the ranks' weights differ (2 different of 3)"),
        messages);
    assertEquals(List.of(), store.committed(), what);
  }

  @Test
  void equalReplicasAreSavedOnce() throws Exception {
    save(store("equal"), (model, velocity) -> velocity.narrow(0, 0, 0), Save::run);
    assertEquals(List.of(5L), store("equal").committed());
  }

  /** On every rank, so that all stop at the same step and none waits for another. */
  @Test
  void replicasThatDifferAreRefusedOnAllRanks() throws Exception {
    assertRefused("a weight", (model, v) -> model.vector().parameterValues().narrow(0, 100, 1));
    assertRefused(
        "a statistic",
        (model, v) -> model.vector().theta().narrow(0, model.vector().theta().numel() - 1, 1));
    assertRefused("a velocity", (model, velocity) -> velocity.narrow(0, velocity.numel() - 1, 1));
  }
}
