package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.algorithm.Collective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.data.CachedImages;
import io.semimeta.data.ShardCache;
import io.semimeta.data.TestCaches;
import io.semimeta.distributed.TestRanks;
import io.semimeta.model.Placement;
import io.semimeta.training.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks as threads, which must decide alike. */
class TwoRanksTest {
  private static ShardCache cache;

  @TempDir private Path folder;

  @BeforeAll
  static void load() {
    cache = TestCaches.of(TestPlans.MANIFEST, 9, 20, 30, 1, Placement.CPU);
  }

  @AfterAll
  static void close() {
    cache.close();
  }

  private CheckpointStore store(String output) throws IOException {
    return new CheckpointStore(path(output), new Configuration());
  }

  private org.apache.hadoop.fs.Path path(String output) {
    return new org.apache.hadoop.fs.Path(folder.resolve(output).toUri());
  }

  private TrainingState train(TrainingPlan plan, String output, Collective ranks)
      throws IOException {
    boolean isFirst = ranks.rank() == 0;
    CheckpointStore store = store(output);
    long firstStep = store.readLatest().map(Checkpoint::step).orElse(0L);
    ranks.gather(0); // nobody writes before all have read
    Optional<Checkpoint> from =
        isFirst && firstStep > 0 ? Optional.of(store.read(firstStep)) : Optional.empty();
    try (Trainer trainer =
        new Trainer(
            plan,
            new CachedImages(cache, plan.batches(), Placement.CPU, ranks.rank()),
            ranks,
            new Checkpointer(store, plan.run().keep()),
            new TrainingListeners(List.of()))) {
      return trainer.run(from, Optional.empty(), firstStep);
    }
  }

  private TrainingPlan plan(String output, long stopAt, long checkpointEvery, long validateEvery) {
    RunPlan run =
        new RunPlan(path(output).toString(), stopAt, checkpointEvery, validateEvery, 2, 9);
    return TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.VALIDATION, 0.1, run);
  }

  /**
   * The first rank alone reads the checkpoint, but all must know whether an error is the lowest.
   */
  @Test
  void allKnowTheErrorsBeforeAResume() throws Exception {
    TestRanks.run(2, ranks -> train(plan("out", 4, 4, 4), "out", ranks));
    Checkpoint latest = store("out").readLatest().orElseThrow();
    ((ObjectNode) latest.state().get("validations").get(0)).put("top1_error", 0.0);
    store("out").write(latest);
    List<TrainingState> ends =
        TestRanks.run(2, ranks -> train(plan("out", 12, 100, 1), "out", ranks));
    assertEquals(List.of(4L, 12L), store("out").committed(), "no other was the best");
    assertEquals(ends.get(0).validations(), ends.get(1).validations());
    assertEquals(9, ends.get(0).validations().size());
  }
}
