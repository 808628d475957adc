package io.semimeta.bigdl;

import io.semimeta.model.Model;
import io.semimeta.model.TensorBytes;
import io.semimeta.plan.TrainingPlan;
import io.semimeta.training.Checkpointer;
import io.semimeta.training.TrainingState;
import java.util.List;
import java.util.Optional;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Holds the driver's copy of a run's weights and velocity, as checkpoints store them. */
final class RunState implements AutoCloseable {
  private final TrainingPlan plan;
  private final Model model;
  private final Tensor velocity;

  RunState(TrainingPlan plan) {
    this.plan = plan;
    model = plan.network().create();
    velocity = Checkpointer.zeroVelocity(model);
  }

  Model model() {
    return model;
  }

  Tensor velocity() {
    return velocity;
  }

  /** Returns what the ranks begin with: this state, after the checkpoint's steps. */
  Start start(String attempt, int ranks, int threads, Optional<TrainingState> before) {
    return new Start(
        attempt,
        plan,
        new Slices(Math.toIntExact(model.vector().theta().numel()), ranks),
        threads,
        before.map(TrainingState::step).orElse(0L),
        model.batchesTracked(),
        weights(),
        values(velocity));
  }

  /** Returns the whole weight vector: parameters, then statistics. */
  float[] weights() {
    return values(model.vector().theta());
  }

  private static float[] values(Tensor tensor) {
    float[] values = new float[Math.toIntExact(tensor.numel())];
    TensorBytes.get(tensor, values, 0);
    return values;
  }

  /** Returns the weights in BigDL's layout, with marks. */
  float[] marked(Start start) {
    Slices slices = start.slices();
    float[] marked = new float[slices.total()];
    for (int i = 0; i < slices.count(); i++) {
      System.arraycopy(
          start.weights(), slices.ownStart(i), marked, slices.start(i), slices.ownLength(i));
    }
    slices.putMarks(marked, 0, (float) start.updates());
    return marked;
  }

  /** Copies the executors' slices into this state. */
  void collect(Slices slices, List<SliceState> states) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard guard = new NoGradGuard()) {
      for (SliceState state : states) {
        int from = slices.ownStart(state.rank());
        Tensor theta = model.vector().theta().narrow(0, from, state.weights().length);
        TensorBytes.put(state.weights(), 0, theta);
        if (state.velocity().length > 0) {
          TensorBytes.put(state.velocity(), 0, velocity.narrow(0, from, state.velocity().length));
        }
      }
    }
    model.setBatchesTracked(states.get(0).batchesTracked());
  }

  @Override
  public void close() {
    velocity.close();
    model.close();
  }
}
