package io.semimeta.console;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;

/** Shows progress within a single task, which counts what it has done, on standard error. */
public final class CountProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final LongAccumulator count;
  private final ProgressDisplay display;
  private final HeartbeatListener listener;

  /**
   * Listens to the application until it is closed.
   *
   * @param name the name of what begins, in one word
   * @param total the count at the end
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

  /** Returns the accumulator that the task counts with. */
  public LongAccumulator count() {
    return count;
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    display.close();
  }
}
