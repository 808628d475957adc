package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.semimeta.algorithm.Collective;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.distributed.TestRanks;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.ImageSet;
import io.semimeta.loader.RankImages;
import io.semimeta.loader.ShardCache;
import io.semimeta.loader.TestCaches;
import io.semimeta.model.Placement;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two ranks, whose steps all take the same time: figures say which of them it is that takes it. */
class SlowRankTest {
  private static final int STEPS = 6;
  private static final long MILLIS = 200;

  @TempDir private Path folder;

  /** Images that take their time. */
  private record SlowImages(RankImages images) implements RankImages {
    @Override
    public ImageSet labelled(long step) {
      try {
        Thread.sleep(MILLIS);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      return images.labelled(step);
    }

    @Override
    public ImageSet unlabelled(long step) {
      return images.unlabelled(step);
    }

    @Override
    public Iterator<ImageSet> evaluated(int batchSize) {
      return images.evaluated(batchSize);
    }

    @Override
    public void close() {
      images.close();
    }
  }

  private RunMetrics train(Collective ranks, ShardCache cache) throws IOException {
    String output = folder.toUri().toString();
    TrainingPlan plan =
        TestPlans.plan(
            TestPlans.SEMIMETA,
            EvaluatedOn.NONE,
            0.1,
            new RunPlan(output, STEPS, STEPS, STEPS, STEPS, 1));
    RankImages images =
        new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), ranks.rank());
    AtomicReference<RunMetrics> last = new AtomicReference<>();
    TrainingListener listener =
        new TrainingListener() {
          @Override
          public void onMetrics(RunMetrics report) {
            last.set(report);
          }
        };
    Checkpointer checkpointer =
        new Checkpointer(
            new CheckpointStore(new org.apache.hadoop.fs.Path(output), new Configuration()), 1);
    RankImages own = ranks.rank() == 1 ? new SlowImages(images) : images;
    try (Trainer trainer = new Trainer(plan, own, ranks, checkpointer, listener, () -> false)) {
      trainer.run(Optional.empty(), Optional.empty(), 0);
    }
    return last.get();
  }

  @Test
  void waitingForAnotherRankIsNoWorkOfOnesOwn() throws Exception {
    try (ShardCache cache = TestCaches.of(TestPlans.MANIFEST, 9, 20, 30, 1, Placement.CPU)) {
      List<RunMetrics> reports = TestRanks.run(2, ranks -> train(ranks, cache));
      assertEquals(reports.get(0).ranks(), reports.get(1).ranks(), "all ranks know all");
      RankTimes fast = reports.get(0).ranks().get(0);
      RankTimes slow = reports.get(0).ranks().get(1);
      assertEquals(STEPS, fast.steps());
      double slept = STEPS * MILLIS / 1e3;
      assertTrue(slow.loaderWait() >= slept, slow + "");
      assertTrue(slow.busy() >= slow.loaderWait(), slow + "");
      assertTrue(fast.busy() >= fast.loaderWait(), fast + "");
      // The step has two all-reduces; the fast rank waits in the first, that of the labelled
      // gradient.
      assertTrue(fast.busy() < slow.busy() - slept / 2, fast + " " + slow);
      assertEquals(
          (fast.busyOfStep() + slow.busyOfStep()) / 2,
          reports.get(0).values().get("busy_seconds"),
          1e-9);
      assertTrue(fast.allReduce() > 0 && slow.allReduce() > 0, fast + " " + slow);
      assertEquals(
          (fast.allReduceOfStep() + slow.allReduceOfStep()) / 2,
          reports.get(0).values().get("allreduce_seconds"),
          1e-9);
    }
  }
}
