package io.semimeta.distributed;

import io.semimeta.training.TrainingListener;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The wish that a run ends early, with a checkpoint. It is made on the driver, by any thread, and
 * cannot be taken back.
 */
public final class StopRequest implements TrainingListener {
  private final Duration patience;
  private final List<Runnable> reactions = new ArrayList<>();

  /** Held while reactions run: what they act on lives until they are forgotten. */
  private final Object running = new Object();

  private boolean asked;
  private long askedAt;
  private boolean stepping;
  private long lastStep;

  /**
   * Makes one that nobody has asked for yet.
   *
   * @param patience how long the ranks may take to end by themselves
   */
  public StopRequest(Duration patience) {
    this.patience = patience;
  }

  /** Asks that the run ends. */
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

  /** The last step that the driver has heard of. */
  public synchronized long lastStep() {
    return lastStep;
  }

  Duration patience() {
    return patience;
  }

  /** Why an attempt that was to end with a checkpoint did not. */
  synchronized String reason(LostAttemptException failure) {
    return System.nanoTime() - askedAt < patience.toNanos()
        ? failure.getMessage()
        : String.format(Locale.ROOT, "--stop-timeout, %d s, was over", patience.toSeconds());
  }

  /** Whether an attempt runs that has made a step: before, there is nothing to keep. */
  public synchronized boolean isStepping() {
    return stepping;
  }

  /** What is done when the run is asked to end, at once where it was; until it is closed. */
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

  /** What is done when a run is asked to end; not once this is closed. */
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
