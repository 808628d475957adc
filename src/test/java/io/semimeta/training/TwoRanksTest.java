package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.algorithm.Collective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.distributed.TestRanks;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Placement;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Two ranks as threads, which must decide alike. */
class TwoRanksTest extends CachedTraining {
  /**
   * One rank of a run, which goes on from the output's last checkpoint.
   *
   * @param stop what a rank has heard, given what it does
   */
  private TrainingState train(
      TrainingPlan plan, String output, Collective ranks, Function<Doing, BooleanSupplier> stop)
      throws IOException {
    boolean isFirst = ranks.rank() == 0;
    CheckpointStore store = store(output);
    long firstStep = store.readLatest().map(Checkpoint::step).orElse(0L);
    ranks.allGather(0); // nobody writes before all have read
    Optional<Checkpoint> from =
        isFirst && firstStep > 0 ? Optional.of(store.read(firstStep)) : Optional.empty();
    RankImages images =
        new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), ranks.rank());
    Doing doing = new Doing(ranks.rank(), images);
    Checkpointer checkpointer = new Checkpointer(store, plan.run().keep());
    try (Trainer trainer =
        new Trainer(plan, doing, ranks, checkpointer, doing, stop.apply(doing))) {
      return trainer.run(from, Optional.empty(), firstStep);
    }
  }

  private List<TrainingState> train(TrainingPlan plan, String output) throws Exception {
    return train(plan, output, doing -> () -> false);
  }

  private List<TrainingState> train(
      TrainingPlan plan, String output, Function<Doing, BooleanSupplier> stop) throws Exception {
    return TestRanks.run(2, ranks -> train(plan, output, ranks, stop));
  }

  /** How far a rank is: its images, and what it tells its listener. */
  private static final class Doing implements RankImages, TrainingListener {
    private final int rank;
    private final RankImages images;
    private long step;
    private int evaluations;

    Doing(int rank, RankImages images) {
      this.rank = rank;
      this.images = images;
    }

    @Override
    public void onStep(long done) {
      step = done;
    }

    /** Takes a tenth of a second, so that the ranks ask one another every five steps or oftener. */
    @Override
    public ImageSet labelled(long s) {
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return images.labelled(s);
    }

    @Override
    public ImageSet unlabelled(long s) {
      return images.unlabelled(s);
    }

    @Override
    public Iterator<ImageSet> evaluated(int batchSize) {
      evaluations++;
      return images.evaluated(batchSize);
    }

    @Override
    public void close() {
      images.close();
    }
  }

  private TrainingPlan plan(String output, long stopAt, long checkpointEvery, long validateEvery) {
    RunPlan run =
        new RunPlan(path(output).toString(), stopAt, checkpointEvery, validateEvery, 2, 9);
    return TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.VALIDATION, 0.1, run, 0);
  }

  /**
   * The first rank alone reads the checkpoint, but all must know whether an error is the lowest.
   */
  @Test
  void allKnowTheErrorsBeforeAResume() throws Exception {
    train(plan("out", 4, 4, 4), "out");
    Checkpoint latest = store("out").readLatest().orElseThrow();
    ((ObjectNode) latest.state().get("validations").get(0)).put("top1_error", 0.0);
    store("out").write(latest);
    List<TrainingState> ends = train(plan("out", 12, 100, 1), "out");
    assertEquals(List.of(4L, 12L), store("out").committed(), "no other was the best");
    assertEquals(ends.get(0).validations(), ends.get(1).validations());
    assertEquals(9, ends.get(0).validations().size());
  }

  /** One rank hears it, whichever; all end after the same step, and lose nothing. */
  @Test
  void ranksStopAfterTheSameStep() throws Exception {
    List<TrainingState> whole = train(plan("whole", 20, 100, 7), "whole");
    Random random = new Random(11);
    for (int rank = 0; rank < 2; rank++) {
      int hearing = rank;
      long from = 1L + random.nextInt(8);
      String output = "stopped-" + rank;
      List<TrainingState> ends =
          train(
              plan(output, 20, 100, 7),
              output,
              doing -> () -> doing.rank == hearing && doing.step >= from);
      long step = ends.get(0).step();
      assertEquals(step, ends.get(1).step());
      assertTrue(
          step >= from && step < 20,
          String.format(Locale.ROOT, "asked at %d, stopped at %d", from, step));
      assertEquals(step, store(output).readLatest().orElseThrow().step());
      List<TrainingState> rest = train(plan(output, 20, 100, 7), output);
      Checkpoints.assertSame(
          folder.resolve("whole"), folder.resolve(output), 20, "stopped at step " + step);
      assertEquals(whole.get(0).validations(), rest.get(0).validations());
    }
  }

  @Test
  void aStopBeforeTheFirstStepWritesNothing() throws Exception {
    List<TrainingState> ends = train(plan("out", 5, 5, 5), "out", doing -> () -> doing.rank == 1);
    assertEquals(List.of(0L, 0L), ends.stream().map(TrainingState::step).toList());
    assertFalse(Files.exists(folder.resolve("out")));
    train(plan("out", 5, 5, 5), "out");
    assertEquals(List.of(5L), store("out").committed());
  }

  /** The validation is given up, and done when the run goes on. */
  @Test
  void aStopDuringAValidationKeepsItsStep() throws Exception {
    List<TrainingState> whole = train(plan("whole", 12, 100, 6), "whole");
    List<TrainingState> ends =
        train(plan("out", 12, 100, 6), "out", doing -> () -> doing.evaluations == 1);
    assertEquals(List.of(6L, 6L), ends.stream().map(TrainingState::step).toList());
    assertEquals(List.of(), ends.get(0).validations());
    assertEquals(List.of(6L), store("out").committed());
    ends = train(plan("out", 12, 100, 6), "out");
    assertEquals(whole.get(0).validations(), ends.get(0).validations());
    Checkpoints.assertSame(folder.resolve("whole"), folder.resolve("out"), 12, "stopped at 6");
  }

  /** There is no later step at which to do it. */
  @Test
  void theLastValidationIsNotGivenUp() throws Exception {
    List<TrainingState> ends =
        train(plan("out", 6, 100, 6), "out", doing -> () -> doing.evaluations == 1);
    assertEquals(6, ends.get(0).step());
    assertEquals(1, ends.get(0).validations().size());
  }
}
