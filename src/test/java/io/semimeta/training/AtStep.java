package io.semimeta.training;

/** Does something to a run, once, when a step is heard of. */
public final class AtStep implements TrainingListener {
  private final long step;
  private final Runnable action;
  private boolean done;

  /** At that step, or the first after it that is heard of. */
  public AtStep(long step, Runnable action) {
    this.step = step;
    this.action = action;
  }

  @Override
  public void onStep(long now) {
    if (!done && now >= step) {
      done = true;
      action.run();
    }
  }
}
