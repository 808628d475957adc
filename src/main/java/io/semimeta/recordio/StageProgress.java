package io.semimeta.recordio;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** A progress bar over the tasks of the job at hand. */
public final class StageProgress implements AutoCloseable {
  private final JavaSparkContext spark;
  private final Listener listener = new Listener();

  /** Listens to the application until it is closed. */
  public StageProgress(JavaSparkContext spark) {
    this.spark = spark;
    spark.sc().addSparkListener(listener);
  }

  /** Ends one bar and begins another. */
  public void next(String name) {
    listener.begin(name);
  }

  @Override
  public void close() {
    spark.sc().removeSparkListener(listener);
    listener.end();
  }

  private static final class Listener extends SparkListener {
    private ProgressBar bar;

    synchronized void begin(String name) {
      end();
      bar =
          new ProgressBarBuilder()
              .setTaskName(name)
              .setInitialMax(0)
              .setUpdateIntervalMillis(1000)
              .build();
    }

    synchronized void end() {
      if (bar != null) {
        bar.close();
        bar = null;
      }
    }

    @Override
    public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
      if (bar != null) {
        bar.maxHint(bar.getMax() + stage.stageInfo().numTasks());
      }
    }

    @Override
    public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
      if (bar != null) {
        bar.step();
      }
    }
  }
}
