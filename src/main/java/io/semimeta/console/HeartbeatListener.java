package io.semimeta.console;

import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import scala.collection.Iterator;

/** Tells the driver what a task has put into an accumulator, which comes with the heartbeats. */
public abstract class HeartbeatListener extends SparkListener {
  private final long accumulatorId;

  /** Makes a listener of the accumulator with the given id. */
  protected HeartbeatListener(long accumulatorId) {
    this.accumulatorId = accumulatorId;
  }

  /** Takes what a task has put into the accumulator so far. */
  protected abstract void onValue(Object value);

  @Override
  public final void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
    // The type of its sequences differs between Scala 2.12 and 2.13.
    var tasks = update.accumUpdates().iterator();
    while (tasks.hasNext()) {
      Iterator<AccumulableInfo> infos = tasks.next()._4().iterator();
      while (infos.hasNext()) {
        AccumulableInfo info = infos.next();
        if (info.id() == accumulatorId && info.update().isDefined()) {
          onValue(info.update().get());
        }
      }
    }
  }
}
