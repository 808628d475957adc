package io.semimeta.console;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Progress within a single task, which counts what it has done; on standard error. */
public final class CountProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final LongAccumulator count;
  private final ProgressDisplay display;
  private final HeartbeatListener listener;

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
    this.listener =
        new HeartbeatListener(count.id()) {
          @Override
          protected void onValue(Object value) {
            display.update((Long) value, List.of());
          }
        };
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
}
