package io.semimeta.training;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.semimeta.UserError;
import io.semimeta.algorithm.Collective;
import io.semimeta.algorithm.SoloCollective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.checkpoint.Checkpoints;
import io.semimeta.checkpoint.MeantCheckpoint;
import io.semimeta.checkpoint.StoredTensor;
import io.semimeta.loader.CachedImages;
import io.semimeta.loader.RankImages;
import io.semimeta.model.Model;
import io.semimeta.model.Placement;
import io.semimeta.model.TensorSpec;
import io.semimeta.model.TestNetworks;
import io.semimeta.plan.RunPlan;
import io.semimeta.plan.StepOptions;
import io.semimeta.plan.TestPlans;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.plan.TrainingPlan.EvaluatedOn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** A rank's loop, without Spark. */
class TrainerTest extends CachedTraining {
  private static RankImages images(TrainingPlan plan, int rank) {
    return new CachedImages(cache, plan.batch().size(), Placement.CPU, plan.seed(), rank);
  }

  private RunPlan until(String output, long stopAt, long validateEvery) {
    return new RunPlan(path(output).toString(), stopAt, 5, validateEvery, 2, 2);
  }

  private TrainingState train(TrainingPlan plan, String output, Heard heard) throws IOException {
    CheckpointStore store = store(output);
    Optional<Checkpoint> from = store.readLatest();
    Checkpointer checkpointer = new Checkpointer(store, plan.run().keep());
    try (Trainer trainer =
        new Trainer(
            plan, images(plan, 0), new SoloCollective(), checkpointer, heard, () -> false)) {
      return trainer.run(from, Optional.empty(), from.map(Checkpoint::step).orElse(0L));
    }
  }

  /** Long before figures are due, again after a resume, and not where they are due anyway. */
  @Test
  void theFirstLossIsTold() throws IOException {
    Heard heard = new Heard();
    for (long stop : new long[] {3, 8, 9}) { // figures are due at even steps, and at the end
      train(
          TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, until("first", stop, 1)),
          "first",
          heard);
    }
    assertEquals(List.of(1L), heard.firsts.stream().map(RunMetrics::step).toList());
    assertEquals(List.of(2L, 3L, 4L, 6L, 8L, 9L), heard.reports);
    assertTrue(Double.isFinite(heard.firsts.get(0).values().get("loss")));
  }

  /** With a rate of 0 the weights stay what the run began with. */
  @Test
  void aRunBeginsWithTheWeightsItIsGiven() throws IOException {
    TrainingPlan plan =
        TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0, until("initial", 1, 1));
    try (Model other = plan.network().create();
        Trainer trainer =
            new Trainer(
                plan,
                images(plan, 0),
                new SoloCollective(),
                new Checkpointer(store("initial"), 1),
                new Heard(),
                () -> false)) {
      other.vector().initialise(99);
      Map<String, StoredTensor> given = ModelState.store(other);
      trainer.run(Optional.empty(), Optional.of(new InitialWeights("here", given)), 0);
      Map<String, StoredTensor> left = store("initial").read(1).model();
      for (TensorSpec spec : other.vector().parameters()) {
        assertEquals(given.get(spec.name()), left.get(spec.name()), spec.name());
      }
    }
  }

  private byte[] bytes(String output, long step, String file) throws IOException {
    return Files.readAllBytes(Path.of(store(output).folder(step).toUri()).resolve(file));
  }

  /** What a listener is told. */
  private static final class Heard implements TrainingListener {
    private final List<Long> steps = new ArrayList<>();
    private final List<Long> reports = new ArrayList<>();
    private final List<Long> checkpoints = new ArrayList<>();
    private final List<RunMetrics> firsts = new ArrayList<>();
    private RunMetrics last;
    private boolean diverged;

    @Override
    public void onFirstStep(RunMetrics report) {
      firsts.add(report);
    }

    @Override
    public void onStep(long step) {
      steps.add(step);
    }

    @Override
    public void onMetrics(RunMetrics report) {
      reports.add(report.step());
      last = report;
    }

    @Override
    public void beforeCheckpoint(long step) {
      checkpoints.add(step);
    }

    @Override
    public void onDivergence() {
      diverged = true;
    }
  }

  @Test
  void everyMethodResumesBitForBit() throws IOException {
    for (StepOptions.Method method : StepOptions.Method.values()) {
      String whole = method + "-whole";
      String parts = method + "-parts";
      StepOptions plan = TestPlans.method(method);
      EvaluatedOn on = EvaluatedOn.VALIDATION;
      Heard heard = new Heard();
      TrainingState end = train(TestPlans.plan(plan, on, 0.1, until(whole, 14, 4)), whole, heard);
      train(TestPlans.plan(plan, on, 0.1, until(parts, 7, 4)), parts, new Heard());
      train(TestPlans.plan(plan, on, 0.1, until(parts, 14, 4)), parts, new Heard());
      Checkpoints.assertSame(folder.resolve(whole), folder.resolve(parts), 14, "by " + method);
      assertEquals(LongStream.rangeClosed(1, 14).boxed().toList(), heard.steps);
      assertEquals(List.of(2L, 4L, 6L, 8L, 10L, 12L, 14L), heard.reports);
      assertTrue(heard.checkpoints.containsAll(List.of(5L, 10L, 14L)));
      assertEquals(14, end.step());
      assertEquals(method == StepOptions.Method.SUPERVISED ? 14 : 28, end.batchesTracked());
      assertEquals(
          List.of(4L, 8L, 12L, 14L), end.validations().stream().map(Validation::step).toList());
    }
  }

  /** Fault 7: the best of the whole run is remembered and kept. */
  @Test
  void theBestSurvivesAResume() throws IOException {
    EvaluatedOn on = EvaluatedOn.VALIDATION;
    TrainingPlan first = TestPlans.plan(TestPlans.SEMIMETA, on, 0.1, until("out", 12, 1));
    long best = train(first, "out", new Heard()).bestStep();
    assertTrue(store("out").committed().contains(best), "written at once");
    // No later error can be lower than none at all.
    Checkpoint latest = store("out").readLatest().orElseThrow();
    ((ObjectNode) latest.state().get("validations").get((int) best - 1)).put("top1_error", 0.0);
    store("out").write(latest);

    TrainingPlan more = TestPlans.plan(TestPlans.SEMIMETA, on, 0.1, until("out", 30, 1));
    TrainingState after = train(more, "out", new Heard());
    assertEquals(30, after.validations().size());
    assertEquals(best, after.bestStep());
    assertEquals(best, MeantCheckpoint.best(store("out")).getAsLong());
    assertEquals(List.of(best, 25L, 30L), store("out").committed(), "two of the newest, the best");
  }

  /** From the same weights and images, too: what a rank draws depends on its number. */
  @Test
  void ranksDrawBatchesOfTheirOwn() throws IOException {
    train(
        TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, until("out", 1, 5)),
        "out",
        new Heard());
    double[] first = gradientAtSecondStep(0);
    assertArrayEquals(first, gradientAtSecondStep(0), 0);
    assertFalse(Arrays.equals(first, gradientAtSecondStep(1)));
  }

  private double[] gradientAtSecondStep(int rank) throws IOException {
    TrainingPlan plan =
        TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, until("out-" + rank, 2, 5));
    Checkpointer checkpointer = new Checkpointer(store("out-" + rank), 1);
    OneOfSeveral own = new OneOfSeveral(rank);
    try (Trainer trainer =
        new Trainer(plan, images(plan, rank), own, checkpointer, new Heard(), () -> false)) {
      trainer.run(store("out").readLatest(), Optional.empty(), 1);
    }
    return own.gradient;
  }

  /** A rank whose fellows all do as it does; keeps the gradient that it hands in. */
  private static final class OneOfSeveral implements Collective {
    private final int rank;
    private double[] gradient;

    OneOfSeveral(int rank) {
      this.rank = rank;
    }

    @Override
    public int rank() {
      return rank;
    }

    @Override
    public int size() {
      return 1;
    }

    @Override
    public void allReduceMean(Tensor tensor) {
      gradient = TestNetworks.values(tensor);
    }

    @Override
    public void broadcast(Tensor tensor, int root) {}

    @Override
    public List<long[]> allGather(long... numbers) {
      return List.of(numbers);
    }

    @Override
    public void close() {}
  }

  @Test
  void divergenceLeavesTheLastGoodCheckpoint() throws IOException {
    train(
        TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, until("out", 5, 5)),
        "out",
        new Heard());
    byte[] good = bytes("out", 5, "model.safetensors");
    RunPlan everyStep = new RunPlan(path("out").toString(), 100, 1, 5, 2, 1);
    for (double rate : new double[] {1e30, 1e38}) {
      TrainingPlan plan = TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, rate, everyStep);
      Heard heard = new Heard();
      DivergedException failure =
          assertThrows(DivergedException.class, () -> train(plan, "out", heard));
      assertTrue(heard.diverged);
      assertEquals(6, failure.step(), "rate " + rate);
      assertEquals(List.of(5L), store("out").committed());
      assertArrayEquals(good, bytes("out", 5, "model.safetensors"));
    }
  }

  /** No update has been made: so no learning rate is to blame. */
  @Test
  void aFirstGradientThatIsNotFiniteIsNoDivergence() {
    StepOptions heavy =
        TestPlans.method(StepOptions.Method.PSEUDO_LABEL).withWeight(Double.MAX_VALUE);
    TrainingPlan plan = TestPlans.plan(heavy, EvaluatedOn.NONE, 0.1, until("out", 5, 5));
    UserError error = assertThrows(UserError.class, () -> train(plan, "out", new Heard()));
    assertTrue(error.getMessage().contains("whatever the learning rate"), error.getMessage());
  }

  /** The pseudo-labels' error needs a truth, which the unlabelled images here lack: fault 21. */
  @Test
  void figuresOfAStep() throws IOException {
    Heard heard = new Heard();
    train(
        TestPlans.plan(TestPlans.SEMIMETA, EvaluatedOn.NONE, 0.1, until("out", 2, 5)),
        "out",
        heard);
    assertEquals(
        List.of(
            "loss",
            "supervised_loss",
            "consistency_loss",
            "confidence",
            "correction",
            "gradient_norm",
            "allreduce_seconds",
            "loader_wait_seconds",
            "busy_seconds",
            "label_error",
            "learning_rate",
            "consistency_weight",
            "images_per_second"),
        List.copyOf(heard.last.values().keySet()));
    heard.last.values().values().forEach(value -> assertTrue(Double.isFinite(value)));
  }
}
