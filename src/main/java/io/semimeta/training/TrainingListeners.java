package io.semimeta.training;

import java.io.IOException;
import java.util.List;

/**
 * Tells several listeners what one is told.
 *
 * @param listeners the listeners, in the order in which they are told
 */
public record TrainingListeners(List<TrainingListener> listeners) implements TrainingListener {
  @Override
  public void onPhase(Phase phase) {
    listeners.forEach(listener -> listener.onPhase(phase));
  }

  @Override
  public void onFirstStep(RunMetrics metrics) {
    listeners.forEach(listener -> listener.onFirstStep(metrics));
  }

  @Override
  public void onStep(long step) {
    listeners.forEach(listener -> listener.onStep(step));
  }

  @Override
  public void onMetrics(RunMetrics metrics) {
    listeners.forEach(listener -> listener.onMetrics(metrics));
  }

  @Override
  public void onValidation(Validation validation) {
    listeners.forEach(listener -> listener.onValidation(validation));
  }

  @Override
  public void beforeCheckpoint(long step) throws IOException {
    for (TrainingListener listener : listeners) {
      listener.beforeCheckpoint(step);
    }
  }

  @Override
  public void onRestart(int restarts) {
    listeners.forEach(listener -> listener.onRestart(restarts));
  }

  @Override
  public void onDivergence() {
    listeners.forEach(TrainingListener::onDivergence);
  }
}
