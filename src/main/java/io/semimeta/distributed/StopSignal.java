package io.semimeta.distributed;

import io.semimeta.training.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Asks a run to end early, with a checkpoint. Any thread of the driver may ask, and what is asked
 * cannot be taken back.
 */
public final class StopSignal implements TrainingListener {
  private final Duration patience;
  private final List<Runnable> reactions = new ArrayList<>();

  /** Is held while reactions run, so that what they act on lives until they are forgotten. */
  private final Object running = new Object();

  private boolean asked;
  private long askedAt;
  private boolean stepping;
  private BooleanSupplier ranks = () -> false;
  private long lastStep;

  /**
   * Makes a signal that nobody has given yet.
   *
   * @param patience how long the ranks may take to end by themselves
   */
  public StopSignal(Duration patience) {
    this.patience = patience;
  }

  /** Asks the run to end. */
  public void ask() {
    List<Runnable> now;
    synchronized (this) {
      now = asked ? List.of() : List.copyOf(reactions);
      askedAt = asked ? askedAt : System.nanoTime();
      asked = true;
    }
    for (Runnable reaction : now) {
      synchronized (running) {
        if (isWanted(reaction)) {
          reaction.run();
        }
      }
    }
  }

  private synchronized boolean isWanted(Runnable reaction) {
    return reactions.contains(reaction);
  }

  public synchronized boolean isAsked() {
    return asked;
  }

  /** Returns the last step that the driver has heard of. */
  public synchronized long lastStep() {
    return lastStep;
  }

  Duration patience() {
    return patience;
  }

  /** Says why an attempt that was to end with a checkpoint did not. */
  synchronized String reason(LostAttemptException failure) {
    return System.nanoTime() - askedAt < patience.toNanos()
        ? failure.getMessage()
        : "--stop-timeout, %s s, was over".formatted(patience.toSeconds());
  }

  /** Tells whether an attempt runs that has made a step: before, there is nothing to keep. */
  public boolean isStepping() {
    BooleanSupplier asked;
    synchronized (this) {
      if (stepping) {
        return true;
      }
      asked = ranks;
    }
    return asked.getAsBoolean();
  }

  /** Sets who knows that the ranks have made a step before this request hears of one. */
  synchronized void asks(BooleanSupplier whoKnows) {
    ranks = whoKnows;
  }

  /** Registers an action for when the run is asked to end; it runs at once if that has happened. */
  public Reaction react(Runnable action) {
    boolean now;
    synchronized (this) {
      reactions.add(action);
      now = asked;
    }
    if (now) {
      action.run();
    }
    return () -> forget(action);
  }

  private void forget(Runnable action) {
    synchronized (running) {
      synchronized (this) {
        reactions.remove(action);
      }
    }
  }

  /** Represents a registered action, which is forgotten when this is closed. */
  @FunctionalInterface
  public interface Reaction extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public synchronized void onStep(long step) {
    stepping = true;
    lastStep = step;
  }

  @Override
  public synchronized void onRestart(int restarts) {
    stepping = false;
  }
}
