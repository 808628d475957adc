package io.semimeta.console;

import java.util.List;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;

/** Shows progress over the tasks of the running job, on standard error. */
public final class StageProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Listener listener;

  /**
   * Listens to the application until it is closed.
   *
   * @param name the name of what begins, in one word
   */
  public StageProgress(JavaSparkContext spark, String name) {
    this.spark = spark;
    listener = new Listener(name);
    // Spark lists the driver among the executors; a local master has no others.
    if (!spark.isLocal() && spark.sc().statusTracker().getExecutorInfos().length <= 1) {
      listener.await();
    }
    spark.sc().addSparkListener(listener);
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    listener.end();
  }

  private static final class Listener extends SparkListener {
    private final ProgressDisplay display;
    private long tasks;
    private long done;

    Listener(String name) {
      display = new ProgressDisplay(name, 0, 0);
    }

    void await() {
      display.phase("waiting for executors");
    }

    synchronized void end() {
      display.close();
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
      tasks += stage.stageInfo().numTasks();
      display.setTotal(tasks);
    }

    @Override
    public synchronized void onTaskStart(SparkListenerTaskStart task) {
      display.update(done, List.of());
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
      display.update(++done, List.of());
    }
  }
}
