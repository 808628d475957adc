package io.semimeta.distributed;

import io.semimeta.console.HeartbeatListener;
import io.semimeta.training.RunMetrics;
import io.semimeta.training.TrainingListener;
import java.time.Clock;
import java.util.List;

/**
 * Receives rank 0's progress on the driver: it turns what heartbeats bring into a listener's
 * events, and names slow ranks in the log.
 */
final class ProgressReceiver extends HeartbeatListener {
  private final TrainingListener listener;
  private final Stragglers stragglers = new Stragglers(Clock.systemUTC());
  private Progress last = Progress.NONE;
  private boolean closed;

  ProgressReceiver(long accumulatorId, TrainingListener listener) {
    super(accumulatorId);
    this.listener = listener;
  }

  @Override
  protected void onValue(Object value) {
    if (value instanceof Progress progress) {
      receive(progress);
    }
  }

  /** Tells the listener what is new, including what arrives with the task's end. */
  synchronized void receive(Progress progress) {
    if (closed || progress.isBefore(last)) {
      return;
    }
    news(progress.phases(), last.phases()).forEach(listener::onPhase);
    if (progress.metrics().step() > last.metrics().step()) {
      receive(progress.metrics(), progress.hosts());
    }
    news(progress.validations(), last.validations()).forEach(listener::onValidation);
    if (progress.step() > last.step()) {
      listener.onStep(progress.step());
    }
    last = progress;
  }

  private static <T> List<T> news(List<T> all, List<T> known) {
    return all.subList(known.size(), all.size());
  }

  /** Drops what is still on its way, because the next attempt has a receiver of its own. */
  synchronized void close() {
    closed = true;
  }

  private void receive(RunMetrics metrics, List<String> hosts) {
    if (metrics.ranks().isEmpty()) {
      listener.onFirstStep(metrics);
    } else {
      listener.onMetrics(metrics);
      stragglers.look(metrics.ranks(), hosts);
    }
  }
}
