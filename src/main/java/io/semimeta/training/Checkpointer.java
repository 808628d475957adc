package io.semimeta.training;

import io.semimeta.Shown;
import io.semimeta.algorithm.Collective;
import io.semimeta.checkpoint.Checkpoint;
import io.semimeta.checkpoint.CheckpointStore;
import io.semimeta.model.Model;
import io.semimeta.model.TensorBytes;
import io.semimeta.plan.TrainingPlan;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Saves a run's state: rank 0 writes, after all have shown that they hold the same numbers.
 *
 * @param store the checkpoints of the run's output
 * @param keep how many of the newest stay
 */
public record Checkpointer(CheckpointStore store, int keep) {
  /** Returns SGD's velocity at rest: zeros, as many as there are parameters. */
  public static Tensor zeroVelocity(Model model) {
    try (NoGradGuard guard = new NoGradGuard()) {
      return torch.zeros_like(model.vector().parameterValues());
    }
  }

  /**
   * Loads a run's beginning into model and velocity: a checkpoint's state, or another network's
   * weights, or drawn weights.
   *
   * @return the checkpoint's state, or empty without a checkpoint
   */
  public static Optional<TrainingState> start(
      Optional<Checkpoint> from,
      Optional<InitialWeights> initial,
      TrainingPlan plan,
      Model model,
      Tensor velocity) {
    if (from.isEmpty()) {
      initial.ifPresentOrElse(
          weights -> weights.load(model, plan.seed()),
          () -> model.vector().initialise(plan.seed()));
      return Optional.empty();
    }
    String source = CheckpointStore.folder(plan.run().output(), from.get().step());
    ModelState.load(from.get().model(), model, source);
    ModelState.loadVelocity(from.get(), velocity, model, source);
    return Optional.of(TrainingState.of(from.get(), plan.run().output()));
  }

  /**
   * Commits a checkpoint; every rank calls it after the same step.
   *
   * @throws IllegalStateException on all ranks, where their parameters or velocities differ
   */
  public void save(TrainingState state, Model model, Tensor velocity, Collective ranks)
      throws IOException {
    requireEqualReplicas(state.step(), model, velocity, ranks);
    if (ranks.rank() == 0) {
      store.write(
          new Checkpoint(
              state.step(),
              ModelState.store(model),
              ModelState.store(velocity, model),
              state.toJson()));
      store.keep(keep, Set.of(state.bestStep()));
    }
  }

  private static void requireEqualReplicas(
      long step, Model model, Tensor velocity, Collective ranks) {
    Set<Long> sums = new HashSet<>();
    for (long[] sum : ranks.allGather(checksum(model.vector().theta(), velocity))) {
      sums.add(sum[0]);
    }
    if (sums.size() > 1) {
      throw new IllegalStateException(
          Shown.format(
              "step %d: the ranks' weights differ (%d different of %d)",
              step, sums.size(), ranks.size()));
    }
  }

  private static long checksum(Tensor... tensors) {
    CRC32C sum = new CRC32C();
    try (PointerScope scope = new PointerScope()) {
      for (Tensor tensor : tensors) {
        sum.update(TensorBytes.copy(tensor));
      }
    }
    return sum.getValue();
  }
}
