package io.semimeta.distributed;

import io.semimeta.training.StepReport;
import io.semimeta.training.TrainingListener;
import io.semimeta.training.Validation;
import java.time.Clock;
import java.util.List;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import scala.collection.Iterator;

/**
 * The driver's end of the channel from rank 0: turns what heartbeats bring into a listener's
 * events, and names slow ranks in the log.
 */
final class ProgressReceiver extends SparkListener {
  private final long accumulatorId;
  private final TrainingListener listener;
  private final Stragglers stragglers = new Stragglers(Clock.systemUTC());
  private Progress last = Progress.NONE;

  ProgressReceiver(long accumulatorId, TrainingListener listener) {
    this.accumulatorId = accumulatorId;
    this.listener = listener;
  }

  @Override
  public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    // The type of its sequences differs between Scala 2.12 and 2.13.
    var tasks = update.accumUpdates().iterator();
    while (tasks.hasNext()) {
      Iterator<AccumulableInfo> infos = tasks.next()._4().iterator();
      while (infos.hasNext()) {
        AccumulableInfo info = infos.next();
        if (info.id() == accumulatorId
            && info.update().isDefined()
            && info.update().get() instanceof Progress progress) {
          receive(progress);
        }
      }
    }
  }

  /** Tells the listener what is new; also of what arrives with the task's end. */
  synchronized void receive(Progress progress) {
    if (progress.step() < last.step()) {
      return;
    }
    if (!progress.phase().equals(last.phase()) && !progress.phase().isEmpty()) {
      listener.onPhase(progress.phase());
    }
    if (progress.report().step() > last.report().step()) {
      receive(progress.report(), progress.hosts());
    }
    List<Validation> validations = progress.validations();
    for (Validation validation :
        validations.subList(last.validations().size(), validations.size())) {
      listener.onValidation(validation);
    }
    if (progress.step() > last.step()) {
      listener.onStep(progress.step());
    }
    last = progress;
  }

  private void receive(StepReport report, List<String> hosts) {
    if (report.ranks().isEmpty()) {
      listener.onFirstStep(report);
    } else {
      listener.onReport(report);
      stragglers.look(report.ranks(), hosts);
    }
  }
}
