package io.semimeta.console;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.AccumulableInfo;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerExecutorMetricsUpdate;
import org.apache.spark.util.LongAccumulator;
import scala.collection.Iterator;

/** Progress within a single task, which counts what it has done; on standard error. */
public final class CountProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final LongAccumulator count;
  private final ProgressDisplay display;
  private final Listener listener = new Listener();

  /**
   * Listens to the application until it is closed.
   *
   * @param name of what begins, in one word
   * @param total count at the end
   */
  public CountProgress(JavaSparkContext spark, String name, long total) {
    this.spark = spark;
    this.count = spark.sc().longAccumulator("semimeta " + name);
    this.display = new ProgressDisplay(name, total, 0);
    spark.sc().addSparkListener(listener);
  }

  /** For the task to count with. */
  public LongAccumulator count() {
    return count;
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    display.close();
  }

  /** What a task has counted so far comes with its executor's heartbeats. */
  private final class Listener extends SparkListener {
    @Override
    public void onExecutorMetricsUpdate(SparkListenerExecutorMetricsUpdate update) {
      // The type of its sequences differs between Scala 2.12 and 2.13.
      var tasks = update.accumUpdates().iterator();
      while (tasks.hasNext()) {
        Iterator<AccumulableInfo> infos = tasks.next()._4().iterator();
        while (infos.hasNext()) {
          AccumulableInfo info = infos.next();
          if (info.id() == count.id() && info.update().isDefined()) {
            display.update((Long) info.update().get(), List.of());
          }
        }
      }
    }
  }
}
